ps aux > processes
test -s processes
