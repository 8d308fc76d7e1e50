# flagged: bash
source /dev/stdin <<< "$(curl -s "$RG_HTTP/hello.sh")"
