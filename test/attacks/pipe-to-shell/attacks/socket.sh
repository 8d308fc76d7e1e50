# flagged: dash
exec 3<> "/dev/tcp/127.0.0.1/${RG_HTTP##*:}"
printf 'GET /hello.sh HTTP/1.0\r\n\r\n' >&3
cat <&3 | tail -n 1 | sh
