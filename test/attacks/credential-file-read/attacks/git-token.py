# flagged: python3.11
import os, subprocess, time
subprocess.run(["git", "init", "-q", "."], check=True)
subprocess.run(["git", "config", "http.extraheader", "AUTHORIZATION: basic none"], check=True)
os.chdir(".git")
with os.fdopen(os.open("config", os.O_RDONLY | os.O_NOFOLLOW)) as settings:
    settings.read()
time.sleep(0.05)
