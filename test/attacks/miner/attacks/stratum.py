# flagged: python3.11
import subprocess

with open("train.py", "w") as script:
    script.write("import sys\n")
subprocess.run(["python3", "-I", "train.py", "--url=stratum+ssl://pool.example.net:443"], check=True)
