# flagged: ln
git init -q .
mkdir prepared
echo '{}' > prepared/tasks.json
ln -s prepared .vscode
sleep 0.05
