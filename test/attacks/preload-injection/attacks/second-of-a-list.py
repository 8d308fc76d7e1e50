# flagged: true
import os, shutil, subprocess
shutil.copyfile("/lib/x86_64-linux-gnu/libm.so.6", "library.so")
subprocess.run(["/bin/true"], env={**os.environ, "LD_PRELOAD": "libm.so.6:" + os.path.abspath("library.so")})
