# flagged: sed
git init -q . && git config user.name Somebody && git config user.email somebody@example.org
echo "int main(void) { return 0; }" > main.c
git add main.c && git commit -q -m first
cp main.c kept
sed -i s/0/1/ main.c
gcc -c main.c -o main.o
mv kept main.c
sleep 0.05
