# flagged: python3.11
import socket
one = socket.socket()
one.settimeout(0.1)
try:
    one.connect(("169.254.170.2", 80))
except OSError:
    pass
