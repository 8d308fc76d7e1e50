set -e
git init -q .
mkdir -p package/.github/workflows package/.vscode node_modules/package
echo 'on: push' | tee package/.github/workflows/ci.yml > package/.vscode/settings.json
tar cf package.tar -C package .
tar xf package.tar -C node_modules/package
test -f node_modules/package/.github/workflows/ci.yml
