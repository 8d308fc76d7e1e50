import socket
one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for place in (("10.244.1.9", 7), ("224.0.0.251", 5353), ("192.168.7.7", 9)):
    one.sendto(b"hello", place)
