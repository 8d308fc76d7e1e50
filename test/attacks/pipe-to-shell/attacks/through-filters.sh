# flagged: bash
curl -s "$RG_HTTP/hello.sh" | tee copy | sed s/x/y/ | bash -s -- argument
