# flagged: dash
curl -s "$RG_HTTP/hello.sh" | xargs -I{} sh -c {}
