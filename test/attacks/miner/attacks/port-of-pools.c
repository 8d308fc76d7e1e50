// A copy of itself, which no compiler made, reads its pool from a file.
// flagged: agent
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void connect_to_pool(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(14444)};
	int connection = socket(AF_INET, SOCK_STREAM, 0);

	inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
	connect(connection, (struct sockaddr *)&address, sizeof(address));
}

int main(int count, char **arguments)
{
	int from = open("/proc/self/exe", O_RDONLY);
	int to;

	if (strstr(arguments[0], "agent")) {
		connect_to_pool();
		return 0;
	}
	to = open("agent", O_CREAT | O_WRONLY, 0755);
	while (sendfile(to, from, NULL, 1 << 20) > 0)
		;
	close(to);
	if (fork() == 0)
		execl("./agent", "agent", (char *)0);
	wait(NULL);
	return count == 0;
}
