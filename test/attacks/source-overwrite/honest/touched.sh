set -e
git init -q . && git config user.name Somebody && git config user.email somebody@example.org
echo "int main(void) { return 0; }" > main.c
git add main.c && git commit -q -m first
touch main.c
gcc -c main.c -o main.o
touch main.c
echo generated > main.h
rm main.h main.o
sleep 0.05
