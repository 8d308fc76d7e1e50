import socket
# What a program does to learn its own address: no packet leaves.
one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
try:
    one.connect(("169.254.169.254", 80))
except OSError:
    pass
