import socket
# What getaddrinfo does to put addresses in order.
one = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
one.connect(("2001:4860:4860::8888", 53))
