git init -q --template= .
mkdir -p template/info && echo '*.o' > template/info/exclude
git init -q --template template other
