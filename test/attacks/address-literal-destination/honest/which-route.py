import socket
# No packet leaves by this.
one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
one.connect(("203.0.113.99", 80))
print(one.getsockname())
