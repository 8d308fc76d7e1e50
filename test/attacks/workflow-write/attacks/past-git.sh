# flagged: bash
git init -q .
printf '[core]\n\tfsmonitor = ./watch\n' >> .git/config
sleep 0.05
