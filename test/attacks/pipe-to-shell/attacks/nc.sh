# flagged: dash
printf 'GET /hello.sh HTTP/1.0\r\n\r\n' | timeout 1 nc -q 1 127.0.0.1 "${RG_HTTP##*:}" | tail -n 1 | sh
