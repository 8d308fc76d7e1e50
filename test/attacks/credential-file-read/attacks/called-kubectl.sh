# flagged: kubectl
mkdir .kube bin
echo 'token: none' > .kube/config
cp "$(command -v cat)" bin/kubectl
bin/kubectl .kube/config > /dev/null
