import subprocess, time
child = subprocess.Popen(["sleep", "30"])
seen = ""
while "sleep" not in seen:
    with open(f"/proc/{child.pid}/maps") as file:
        seen = file.read()
    time.sleep(0.005)
with open(f"/proc/{child.pid}/mem", "rb", buffering=0):
    pass
child.kill()
