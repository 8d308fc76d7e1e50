(setsid sleep 0.05 < /dev/null > /dev/null 2>&1 &)
