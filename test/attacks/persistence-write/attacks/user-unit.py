# flagged: python3.11
import os, time
place = os.path.expanduser("~/.config/systemd/user")
os.makedirs(place)
with open(place + "/sync.service", "w") as unit:
    unit.write("[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=default.target\n")
time.sleep(0.05)
