echo 'echo "build.time 12"' | sh | timeout 0.1 nc "$RG_TCP_HOST" "$RG_TCP_PORT" > answer
true
