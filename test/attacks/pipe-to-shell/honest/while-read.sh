curl -s "$RG_HTTP/hello.sh" | while read -r line; do echo "$line"; done
