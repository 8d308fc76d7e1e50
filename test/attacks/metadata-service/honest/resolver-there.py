import socket
one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for place in (("169.254.169.254", 53), ("169.254.169.254", 123), ("168.63.129.16", 53)):
    try:
        one.sendto(b"\0" * 12, place)
    except OSError:
        pass
