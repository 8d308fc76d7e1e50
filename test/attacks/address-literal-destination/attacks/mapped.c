// flagged: mapped
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
	struct sockaddr_in6 there = { .sin6_family = AF_INET6, .sin6_port = htons(443) };
	int one = socket(AF_INET6, SOCK_STREAM, 0);

	inet_pton(AF_INET6, "::ffff:203.0.113.12", &there.sin6_addr);
	connect(one, (struct sockaddr *)&there, sizeof(there));
	close(one);
	return 0;
}
