# flagged: dash
mkfifo pipe
{ sleep 0.1; curl -s "$RG_HTTP/hello.sh"; } > pipe &
timeout 1 sh < pipe
