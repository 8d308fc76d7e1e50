// flagged: private-resolver
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
	static const char question[] = "\0\1\1\0\0\1\0\0\0\0\0\0\6mirror\4test\0\0\1\0\1";
	struct sockaddr_in there = { .sin_family = AF_INET, .sin_port = htons(53) };
	int one = socket(AF_INET, SOCK_DGRAM, 0);

	inet_pton(AF_INET, "10.244.1.9", &there.sin_addr);
	connect(one, (struct sockaddr *)&there, sizeof(there));
	send(one, question, sizeof(question) - 1, 0);
	close(one);
	return 0;
}
