mkdir bin
echo 'int main(void) { return 0; }' > conftest.c
echo 'folder=$(mktemp -d) && gcc conftest.c -o "$folder/conftest" && "$folder/conftest"; rm -r "$folder"' > bin/pip
sh bin/pip wheel .
