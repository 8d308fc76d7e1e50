# No variable: the loader itself is told.
# flagged: ld-linux-x86-64.so.2
echo 'int seen(void) { return 0; }' > seen.c
gcc -shared -fPIC -o /tmp/rg-seen-$$.so seen.c
loader=$(ls /lib64/ld-linux-x86-64.so.2 /lib/ld-linux-*.so.1 2>/dev/null | head -n 1)
"$loader" --preload /tmp/rg-seen-$$.so "$(readlink -f /bin/true)"
rm /tmp/rg-seen-$$.so
