// What socat's SYSTEM:sh does: the shell is started by another one, and speaks to socat by a pair of sockets.
// flagged: dash
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

static int become_socat(void)
{
	int from = open("/proc/self/exe", O_RDONLY);
	int to = open("socat", O_WRONLY | O_CREAT | O_CLOEXEC, 0755);

	while (sendfile(to, from, NULL, 1 << 20) > 0)
		continue;
	close(to);
	execl("./socat", "socat", "SYSTEM:sh", NULL);
	return 1;
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	int connection = socket(AF_INET, SOCK_STREAM, 0);
	int pair[2];

	if (argc < 2)
		return become_socat();
	alarm(1);
	address.sin_port = htons(atoi(getenv("RG_TCP_PORT")));
	inet_pton(AF_INET, getenv("RG_TCP_HOST"), &address.sin_addr);
	if (connect(connection, (struct sockaddr *)&address, sizeof(address)) != 0)
		return 1;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
		return 1;
	if (fork() == 0) {
		for (int number = 0; number < 2; number++)
			dup2(pair[1], number);
		execl("/usr/bin/timeout", "timeout", "0.15", "/bin/sh", "-c", "sh; true", NULL);
		_exit(1);
	}
	close(pair[1]);
	/* Until the shell has ended. */
	return read(pair[0], argv[1], 1) != 0;
}
