# A later step would ask it.
timeout 6 python3 -I -m http.server --bind 127.0.0.1 0 < /dev/null > /dev/null 2>&1 &
