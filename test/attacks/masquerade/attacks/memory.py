# flagged: memfd:cache
import os, shutil
memory = os.memfd_create("cache")
with open("/bin/true", "rb") as source:
    os.write(memory, source.read())
if os.fork() == 0:
    os.execve(memory, ["true"], dict(os.environ))
os.wait()
