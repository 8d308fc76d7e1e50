# Somebody connects to the job.
# flagged: bash
import socket
import subprocess

with socket.create_server(("127.0.0.1", 0)) as server:
    outside = socket.create_connection(server.getsockname())
    inside, _ = server.accept()
    shell = subprocess.Popen(["/bin/bash", "--norc", "-i"], stdin=inside, stdout=inside, stderr=inside)
    outside.sendall(b"sleep 0.1; exit\n")
    shell.wait()
