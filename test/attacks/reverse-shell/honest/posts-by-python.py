import os
import subprocess
import urllib.request

with urllib.request.urlopen(os.environ["RG_HTTP"] + "/build.sh") as answer:
    answer.read()
subprocess.run(["/bin/sh"], input=b"echo built", check=True, capture_output=True)
subprocess.run("echo 'echo built' | sh", shell=True, check=True, capture_output=True)
