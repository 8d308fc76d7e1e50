import os, subprocess
child = subprocess.Popen(["sleep", "30"])
with open(f"/proc/{child.pid}/maps") as file:
    assert "sleep" in file.read()
with open(f"/proc/{child.pid}/mem", "rb", buffering=0):
    pass
child.kill()
