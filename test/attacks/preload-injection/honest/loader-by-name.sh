# What programs for embedded systems and containers are started with.
loader=$(ls /lib64/ld-linux-x86-64.so.2 /lib/ld-linux-*.so.1 2>/dev/null | head -n 1)
"$loader" --preload libm.so.6 "$(readlink -f /bin/true)"
LD_LIBRARY_PATH=/usr/lib LD_PRELOAD=libm.so.6 sleep 0.02
