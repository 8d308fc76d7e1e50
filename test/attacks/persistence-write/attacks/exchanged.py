# The start-up file changes places with another one, and the call names it first.
# flagged: python3.11
import ctypes
import subprocess
import time

AT_FDCWD = -100
RENAME_EXCHANGE = 2
subprocess.run(["sh", "-c", "echo 'export A=1' > .profile"], check=True)
with open("prepared", "w") as prepared:
    prepared.write("(sleep 0 &)\n")
libc = ctypes.CDLL(None)
assert libc.renameat2(AT_FDCWD, b".profile", AT_FDCWD, b"prepared", RENAME_EXCHANGE) == 0
time.sleep(0.05)
