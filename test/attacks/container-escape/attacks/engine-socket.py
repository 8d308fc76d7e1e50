# flagged: python3.11
import os, socket
server = socket.socket(socket.AF_UNIX)
server.bind("docker.sock")
server.listen()
client = socket.socket(socket.AF_UNIX)
client.connect(os.path.abspath("docker.sock"))
client.send(b"POST /containers/create HTTP/1.1\r\n\r\n")
