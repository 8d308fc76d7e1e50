# flagged: python3.11
import socket
one = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
one.connect(("2001:db8:bad::11", 443))
one.send(b"hello")
one.close()
