import time

until = time.monotonic() + 0.2
while time.monotonic() < until:
    pass
