# flagged: python3.11
import os
os.close(os.open("/proc/sys/kernel/core_pattern", os.O_WRONLY))
