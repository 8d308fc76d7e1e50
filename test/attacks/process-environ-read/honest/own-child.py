import subprocess, time
child = subprocess.Popen(["sleep", "30"])
seen = b""
# The kernel closes the pipe that Popen waits for before the environment is in place.
while b"PATH=" not in seen:
    with open(f"/proc/{child.pid}/environ", "rb") as file:
        seen = file.read()
    time.sleep(0.005)
child.kill()
