import os, socket
server = socket.socket(socket.AF_UNIX)
server.bind("app.sock")
server.listen()
client = socket.socket(socket.AF_UNIX)
client.connect(os.path.abspath("app.sock"))
