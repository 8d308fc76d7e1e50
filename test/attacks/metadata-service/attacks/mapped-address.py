# flagged: python3.11
import socket
one = socket.socket(socket.AF_INET6)
one.settimeout(0.1)
try:
    one.connect(("::ffff:169.254.169.254", 80))
except OSError:
    pass
