set -e
git init -q .
git config http.extraheader 'AUTHORIZATION: basic none'
git status --short
git config --list > /dev/null
mkdir .ssh
ssh-keygen -q -t ed25519 -N '' -f .ssh/id_ed25519
ssh-keygen -y -f .ssh/id_ed25519 > /dev/null
chmod 600 .ssh/id_ed25519
