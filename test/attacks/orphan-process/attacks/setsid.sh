# flagged: sleep
setsid sleep 6 < /dev/null > /dev/null 2>&1 &
