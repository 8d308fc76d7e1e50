cat /proc/self/environ > own
grep -q PATH= own
