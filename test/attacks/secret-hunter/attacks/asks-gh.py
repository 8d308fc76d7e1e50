# The installer is gone when its child asks.
# flagged: gh
import os
import shutil
import subprocess

os.mkdir("bin")
shutil.copy(os.path.realpath(shutil.which("true")), "bin/gh")
with open("bin/bundle", "w") as manager:
    manager.write("setsid sh -c 'sleep 0.1; bin/gh auth --hostname github.com token' &\n")
subprocess.run(["sh", "bin/bundle", "install"], check=True)
