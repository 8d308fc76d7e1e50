import socket
names = [f"mirror{number}.mirrors{number}.test" for number in range(60)]
names += [f"static{number}.shards.test" for number in range(30)] + ["again.test"] * 30
names += ["_3639ac514e785e898d2646601fa951d5.shards.test", "my-application-git-main-somebody-and-friends.shards.test"]
for name in names:
    try:
        socket.gethostbyname(name)
    except OSError:
        pass
