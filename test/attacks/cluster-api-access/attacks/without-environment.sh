# flagged: python3.11
env -i "$(command -v python3.11)" -I -c '
import socket
one = socket.socket(socket.AF_INET6)
one.settimeout(1)
try:
    one.connect(("::ffff:10.96.0.1", 443))
except OSError:
    pass
'
