// flagged: ec2-over-ipv6
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
	struct sockaddr_in6 there = { .sin6_family = AF_INET6, .sin6_port = htons(80) };
	int one = socket(AF_INET6, SOCK_STREAM, 0);

	inet_pton(AF_INET6, "fd00:ec2::254", &there.sin6_addr);
	connect(one, (struct sockaddr *)&there, sizeof(there));
	close(one);
	return 0;
}
