# flagged: python3.11
git init -q . && git config user.name Somebody && git config user.email somebody@example.org
echo "int main(void) { return 0; }" > main.c
git add main.c && git commit -q -m first
python3 -I - <<END
import subprocess
before = open("main.c").read()
open("main.c", "w").write(before.replace("0", "1"))
subprocess.run(["gcc", "-c", "main.c", "-o", "main.o"], check=True)
open("main.c", "w").write(before)
END
sleep 0.05
