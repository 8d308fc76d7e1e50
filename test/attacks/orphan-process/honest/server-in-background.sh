# A later step would ask it. It takes long enough for what the case before left to end.
timeout 20 python3 -I -m http.server --bind 127.0.0.1 0 < /dev/null > /dev/null 2>&1 &
sleep 0.25
