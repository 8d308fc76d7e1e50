(setsid sleep 0.3 < /dev/null > /dev/null 2>&1 &)
