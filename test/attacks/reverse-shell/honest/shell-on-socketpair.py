# What an SSH server does: the shell's input and output are one socket, of this machine alone.
import socket
import subprocess

ours, theirs = socket.socketpair()
shell = subprocess.Popen(["/bin/sh"], stdin=theirs, stdout=theirs, stderr=theirs)
ours.sendall(b"echo done; exit\n")
assert ours.recv(100) == b"done\n"
assert shell.wait() == 0
