# Settings that git reads from elsewhere name the program.
# flagged: python3.11
import subprocess

subprocess.run(["git", "init", "-q", "."], check=True)
with open("other", "w") as other:
    other.write("[core]\n\tfsmonitor = true\n")
with open(".git/config", "a") as settings:
    settings.write("[include]\n\tpath = ../other\n")
import time

time.sleep(0.05)
