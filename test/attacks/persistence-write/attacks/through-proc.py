# flagged: python3.11
import os, time
with open("notes", "w") as notes:
    notes.write("(sleep 0 &)\n")
os.rename("notes", "/proc/self/root" + os.path.expanduser("~/.profile"))
time.sleep(0.05)
