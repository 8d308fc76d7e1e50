# A server that starts a program for each that connects.
import socket
import subprocess

with open("answer.sh", "w") as script:
    script.write("read -r question; sleep 0.05; echo \"$question\"\n")
with socket.create_server(("127.0.0.1", 0)) as server:
    client = socket.create_connection(server.getsockname())
    inside, _ = server.accept()
    handler = subprocess.Popen(["/bin/sh", "answer.sh"], stdin=inside, stdout=inside, stderr=inside)
    client.sendall(b"hello\n")
    assert client.recv(100) == b"hello\n"
    assert handler.wait() == 0
