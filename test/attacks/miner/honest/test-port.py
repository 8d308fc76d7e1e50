# A test of the project's own server, on a port that pools use too.
import socket

with socket.socket() as client:
    client.settimeout(0.1)
    client.connect_ex(("127.0.0.1", 3333))
