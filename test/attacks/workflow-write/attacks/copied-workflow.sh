# flagged: cp
git init -q .
mkdir -p .github/workflows
echo 'on: push' > note
cp note .github/workflows/ci.yml
sleep 0.05
