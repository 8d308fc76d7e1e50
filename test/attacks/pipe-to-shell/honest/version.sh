version=$(curl -s "$RG_HTTP/version")
bash -c "echo $version"
echo "$version" | python3 -Ic "import sys; sys.stdin.read()"
encoded=$(echo text | base64)
test -n "$(echo "$encoded" | base64 -d)"
