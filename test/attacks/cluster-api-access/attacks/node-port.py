# flagged: python3.11
import socket
one = socket.socket()
one.settimeout(0.2)
try:
    one.connect(("10.244.1.9", 6443))
except OSError:
    pass
