set -e
git init -q -b main origin
git -C origin config user.name Somebody
git -C origin config user.email somebody@example.org
blob=$(echo 'on: push' | git -C origin hash-object -w --stdin)
for path in .github/workflows/ci.yml .vscode/tasks.json .husky/pre-commit .claude/settings.json; do
  git -C origin update-index --add --cacheinfo "100644,$blob,$path"
done
git -C origin commit -q -m first
git clone -q origin clone
git -C clone checkout -q -b other
git -C clone config core.autocrlf false
git -C clone config --get core.hooksPath || true
test -f clone/.github/workflows/ci.yml
