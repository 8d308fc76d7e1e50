# flagged: python3.11
import ctypes, os
PIDFD_OPEN, PIDFD_GETFD = 434, 438
libc = ctypes.CDLL(None, use_errno=True)
target = libc.syscall(PIDFD_OPEN, int(os.environ["RG_OUTSIDER"]), 0)
taken = libc.syscall(PIDFD_GETFD, target, 1, 0)
if taken >= 0:
    with open("stolen", "w") as file:
        file.write("a descriptor")
