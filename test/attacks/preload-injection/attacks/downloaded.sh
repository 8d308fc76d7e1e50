# flagged: true
cat > spy.c <<'END'
int spy(void) { return 1; }
END
gcc -shared -fPIC -o spy.so spy.c
cp spy.so "$HOME/.hidden.so"
LD_PRELOAD="$HOME/.hidden.so" /bin/true
