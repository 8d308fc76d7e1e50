with open("/proc/self/maps") as file:
    start = int(file.readline().split("-")[0], 16)
with open("/proc/self/mem", "rb", buffering=0) as memory:
    memory.seek(start)
    assert memory.read(4) == b"\x7fELF"
