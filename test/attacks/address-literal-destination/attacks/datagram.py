# flagged: python3.11
import socket
one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
one.sendto(b"hello", ("203.0.113.10", 9999))
