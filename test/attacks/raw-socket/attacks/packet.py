# flagged: python3.11
import socket
socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)).close()
