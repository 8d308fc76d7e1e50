# flagged: python3.11
import os, subprocess, time
subprocess.run(["git", "init", "-q", "elsewhere"], check=True)
os.makedirs("elsewhere/.github/workflows")
os.chdir("elsewhere/.github")
with open("note", "w") as note:
    note.write("on: push\n")
os.rename("note", "/proc/self/root" + os.getcwd() + "/workflows/sync.yml")
time.sleep(0.05)
