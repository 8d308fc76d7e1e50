# flagged: bash
bash <(curl -s "$RG_HTTP/hello.sh" | sed s/hello/world/)
