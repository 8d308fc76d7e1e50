# flagged: python3.11
import socket
one = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
one.connect(("2606:4700:4700::1111", 853))
one.send(b"\xc0" + bytes(1199))
one.close()
