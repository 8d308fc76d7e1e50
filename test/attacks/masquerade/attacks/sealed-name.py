# flagged: memfd:crun
# Under the name that a container runtime gives the copy of itself.
import os
memory = os.memfd_create("crun")
with open("/bin/true", "rb") as source:
    os.write(memory, source.read())
if os.fork() == 0:
    os.execve(memory, ["crun"], dict(os.environ))
os.wait()
