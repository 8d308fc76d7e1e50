import hashlib, socket
for number in range(20):
    try:
        socket.gethostbyname(hashlib.md5(b"%d" % number).hexdigest() + ".tenants.test")
    except OSError:
        pass
