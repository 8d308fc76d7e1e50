set -e
git init -q .
mkdir -p .github hooks workflows config
echo '* @somebody' > .github/CODEOWNERS
echo 'a: 1' | tee workflows/a.yml hooks/pre-commit > config/config
cp .github/CODEOWNERS hooks/update
