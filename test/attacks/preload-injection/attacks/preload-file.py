# flagged: python3.11
import os
if os.path.exists("/etc/ld.so.preload"):
    raise SystemExit("there is one")
open("/etc/ld.so.preload", "w").close()
os.unlink("/etc/ld.so.preload")
