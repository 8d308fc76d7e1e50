# flagged: 2.0.14
import os
import shutil
import subprocess

os.makedirs("versions")
shutil.copy(os.path.realpath(shutil.which("true")), "versions/2.0.14")
with open("pip", "w") as manager:
    manager.write("versions/2.0.14 --permission-mode bypassPermissions --print 'list keys'\n")
subprocess.run(["sh", "pip", "install", "victim"], check=True)
