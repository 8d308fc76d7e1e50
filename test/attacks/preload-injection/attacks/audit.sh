# flagged: true
cat > spy.c <<'END'
int spy(void) { return 1; }
END
gcc -shared -fPIC -o spy.so spy.c
mv spy.so audit.so
cp audit.so copy.so
LD_AUDIT="./copy.so" /bin/true 2> /dev/null || true
