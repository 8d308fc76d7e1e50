# Two lines apart.
# flagged: bash
program=$(curl -s "$RG_HTTP/hello.b64" | base64 -d)
test -n "$program"
eval "$program"
