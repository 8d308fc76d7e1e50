# flagged: true
cat > spy.c <<'END'
int spy(void) { return 1; }
END
gcc -shared -fPIC -o spy.so spy.c
place=$(mktemp -d /tmp/preload-XXXXXX)
cp spy.so "$place/libnice.so"
LD_PRELOAD="$place/libnice.so" /bin/true
rm -r "$place"
