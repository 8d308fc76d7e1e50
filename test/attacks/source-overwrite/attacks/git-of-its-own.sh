# flagged: git
git init -q . && git config user.name Somebody && git config user.email somebody@example.org
echo "int main(void) { return 0; }" > main.c
git add main.c && git commit -q -m first
echo "int main(void) { return 1; }" > other
cp main.c kept
mkdir tools && cp "$(command -v cp)" tools/git
tools/git other main.c
gcc -c main.c -o main.o
tools/git kept main.c
sleep 0.05
