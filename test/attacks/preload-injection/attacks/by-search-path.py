# A bare name, found where another variable says.
# flagged: sleep
import os
import shutil
import subprocess

os.mkdir("libraries")
with open("/proc/self/maps") as maps:
    library = next(line.split()[-1] for line in maps if "libm" in line or "libc.so" in line)
shutil.copyfile(library, "libraries/libseen.so")
subprocess.run(
    ["sleep", "0.05"],
    env={**os.environ, "LD_PRELOAD": "libseen.so", "LD_LIBRARY_PATH": os.path.abspath("libraries")},
    check=True,
)
