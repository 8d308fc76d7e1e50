ps -ef > processes
pgrep -f runner > /dev/null || true
test -s processes
