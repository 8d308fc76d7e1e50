import os
os.close(os.open("/etc/hosts", os.O_WRONLY | os.O_APPEND))
