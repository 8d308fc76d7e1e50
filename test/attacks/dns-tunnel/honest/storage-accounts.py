import socket
names = [f"productionresultssa{number}.blob.core.windows.net" for number in range(20)]
names += ["d3adb33f00112233445566778899aabb.s3.eu-central-1.amazonaws.com", "4f1e2d3c4b5a69788796a5b4c3d2e1f00112233445566778.eks.amazonaws.com"]
for name in names:
    try:
        socket.gethostbyname(name)
    except OSError:
        pass
