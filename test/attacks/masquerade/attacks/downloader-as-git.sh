# flagged: curl
(exec -a git curl -s -o page "$RG_HTTP/page")
