import socket
one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
try:
    one.sendto(b"\x23" + bytes(47), ("169.254.169.254", 123))
except OSError:
    pass
