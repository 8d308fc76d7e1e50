# flagged: bash
setsid bash -c '(exec 3<>/dev/tcp/100.100.100.200/80) 2>/dev/null; true' &
wait
