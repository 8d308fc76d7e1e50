# flagged: dash
curl -s "$RG_HTTP/hello.sh" | sh
