# flagged: python3.11
# Opened for writing, as whoever changes it does, and left as it is.
import os
os.close(os.open("/etc/resolv.conf", os.O_WRONLY))
