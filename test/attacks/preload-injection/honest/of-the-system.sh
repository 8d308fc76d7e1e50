LD_PRELOAD=libm.so.6 /bin/true
LD_PRELOAD=/lib/x86_64-linux-gnu/libm.so.6 /bin/true
stdbuf -oL echo line
