# flagged: python3.11
import ctypes, os
SEIZE, PEEK, INTERRUPT, DETACH, WALL = 0x4206, 2, 0x4207, 17, 0x40000000
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long
target = int(os.environ["RG_OUTSIDER"])
libc.ptrace(SEIZE, target, None, None)
libc.ptrace(INTERRUPT, target, None, None)
os.waitpid(target, WALL)
taken = libc.ptrace(PEEK, target, int(os.environ["RG_SECRET_AT"], 16), None)
libc.ptrace(DETACH, target, None, None)
with open("stolen", "wb") as file:
    file.write(taken.to_bytes(8, "little", signed=True))
