# flagged: python3.11
import os, time
with open(os.path.expanduser("~/.bash_profile"), "w") as profile:
    profile.write("export PATH=$PATH:$HOME/bin\n")
    profile.flush()
    time.sleep(0.1)
    profile.write("(sleep 0 &)\n")
time.sleep(0.05)
