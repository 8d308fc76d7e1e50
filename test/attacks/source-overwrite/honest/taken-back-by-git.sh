set -e
git init -q . && git config user.name Somebody && git config user.email somebody@example.org
echo "int main(void) { return 0; }" > main.c
git add main.c && git commit -q -m first
echo "int main(void) { return 1; }" > main.c
gcc -c main.c -o main.o
git checkout -q -- main.c
sleep 0.05
