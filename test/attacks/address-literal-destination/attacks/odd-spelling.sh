# flagged: curl
curl -s -m 2 http://0xcb007108:8080/ || true
