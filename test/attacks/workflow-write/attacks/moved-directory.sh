# flagged: mv
git init -q .
mkdir prepared
echo 'on: push' > prepared/ci.yml
mkdir .github
mv prepared .github/workflows
sleep 0.05
