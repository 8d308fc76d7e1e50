# flagged: git
git init -q .
mkdir .claude
echo '{}' > note
cp /bin/cp git
./git note .claude/settings.json
sleep 0.05
