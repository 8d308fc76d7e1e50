# flagged: python3.11
import os
os.mkdir("root")
os.chroot("root")
