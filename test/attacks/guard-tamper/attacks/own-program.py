# flagged: python3.11
# Opened for writing, as whoever changes it does, and left as it is.
import os
guard = os.path.join(os.path.dirname(__file__), "../../../../agent/main.ts")
os.close(os.open(guard, os.O_WRONLY))
