import os
import pty

shell, terminal = pty.fork()
if shell == 0:
    os.execl("/bin/bash", "bash", "--norc")
os.write(terminal, b"exit\n")
os.waitpid(shell, 0)
