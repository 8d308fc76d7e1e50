# flagged: python3.11
import socket
question = bytes.fromhex("000101000001000000000000") + b"\x06mirror\x04test\0\0\1\0\1"
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(question, ("203.0.113.54", 53))
