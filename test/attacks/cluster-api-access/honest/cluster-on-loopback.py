import socket
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", 6443))
server.listen()
socket.create_connection(server.getsockname(), 1).close()
