import subprocess
child = subprocess.Popen(["sleep", "30"])
with open(f"/proc/{child.pid}/environ", "rb") as file:
    assert b"PATH=" in file.read()
child.kill()
