set -e
place=$(mktemp -d)
echo 'int main(void) { return 0; }' > "$place/conftest.c"
gcc -o "$place/conftest" "$place/conftest.c"
"$place/conftest"
rm -r "$place"
