# flagged: tar
mkdir .kube .azure
echo 'token: none' > .kube/config
echo '{}' > .azure/accessTokens.json
tar cf all.tar .kube .azure
