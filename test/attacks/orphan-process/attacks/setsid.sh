# flagged: sleep
setsid sleep 20 < /dev/null > /dev/null 2>&1 &
