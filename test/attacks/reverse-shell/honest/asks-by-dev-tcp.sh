exec 3<> "/dev/tcp/127.0.0.1/${RG_HTTP##*:}"
printf 'GET /status HTTP/1.0\r\n\r\n' | cat >&3
cat <&3 | grep -q /status
