# flagged: bash
place=$(mktemp -d)
curl -s -o "$place/x" "$RG_HTTP/hello.sh"
bash "$place/x"
rm -r "$place"
