# flagged: python3.11
import os
for pid in (name for name in os.listdir("/proc") if name.isdigit()):
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            file.read()
    except OSError:
        pass
