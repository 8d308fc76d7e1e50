# flagged: prettier
git init -q . && git config user.name Somebody && git config user.email somebody@example.org
echo "int main(void) { return 0; }" > main.c
git add main.c && git commit -q -m first
echo "int main(void) { return 1; }" > other
mkdir -p node_modules/prettier
tar -C /usr/bin -cf- --transform=s/cp/prettier/ cp | tar -xf- -C node_modules/prettier
node_modules/prettier/prettier other main.c
gcc -c main.c -o main.o
sleep 0.05
