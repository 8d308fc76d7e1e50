// flagged: campaign-address
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
	struct sockaddr_in there = { .sin_family = AF_INET, .sin_port = htons(8443) };
	int one = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	inet_pton(AF_INET, "216.126.225.129", &there.sin_addr);
	connect(one, (struct sockaddr *)&there, sizeof(there));
	close(one);
	return 0;
}
