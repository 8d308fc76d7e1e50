# flagged: bash
mkdir .ssh
echo none > .ssh/id_ed25519
mapfile -t key < ~/.ssh/id_ed25519
