# flagged: sleep
import os

if os.fork() == 0:
    os.execv(os.path.realpath("/bin/sleep"), ["kworker/u8:3-events_unbound", "0.05"])
os.wait()
