# The package manager is over when it happens, and so is whoever started it.
# flagged: curl
import os
import subprocess

os.mkdir("bin")
with open("bin/pip", "w") as manager:
    manager.write("#!/bin/sh\n./setup.sh &\n")
with open("setup.sh", "w") as script:
    script.write("#!/bin/sh\nsetsid sh -c 'sleep 0.1; curl -s $RG_HTTP/x' & \n")
for name in ("bin/pip", "setup.sh"):
    os.chmod(name, 0o755)
subprocess.run(["bin/pip", "install", "victim"], check=True)
