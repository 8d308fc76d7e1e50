/*
 * A name server for every name: answer-dns IP PORT
 * The number in a name's first label says which address it has, counted from 198.18.0.0 (a network for benchmarks, RFC 2544)
 * and from 2001:db8:18::. A first label that begins with q has four addresses, from four times its number on.
 */
#include "dns-client.h"

enum { FIRST_IPV4 = 198 << 24 | 18 << 16, TTL_SECONDS = 3600 };

static unsigned char *put_record(unsigned char *at, int type, unsigned number) {
  const unsigned char head[] = {0xc0, DNS_HEADER_BYTES, 0, (unsigned char)type, 0, 1, 0, 0, TTL_SECONDS >> 8, TTL_SECONDS & 255, 0};
  unsigned char v6[16] = {0x20, 0x01, 0x0d, 0xb8, 0, 0x18};
  unsigned char *data = type == TYPE_A ? v6 + 12 : v6;
  uint32_t last = htonl(type == TYPE_A ? (unsigned)FIRST_IPV4 + number : number);
  memcpy(v6 + 12, &last, 4);
  memcpy(at, head, sizeof head);
  at += sizeof head;
  *at++ = type == TYPE_A ? 4 : 16;
  memcpy(at, data, at[-1]);
  return at + at[-1];
}

/* Makes the question its own answer; returns the length, 0 for what is no question. */
static size_t to_answer(unsigned char *message, size_t length) {
  size_t at = DNS_HEADER_BYTES;
  if (length < DNS_HEADER_BYTES + 5 || message[2] & 0x80) return 0;
  unsigned number = 0, count = (message[at + 1] | 32) == 'q' ? 4 : 1;
  for (size_t digit = at + 1; digit <= at + message[at] && digit < length; digit++) {
    if (message[digit] >= '0' && message[digit] <= '9') number = number * 10 + message[digit] - '0';
  }
  while (at < length && message[at]) at += message[at] + 1u;
  if (at + 5 > length) return 0;
  int type = message[at + 1] << 8 | message[at + 2];
  if (type != TYPE_A && type != TYPE_AAAA) count = 0;
  message[2] = 0x84 | (message[2] & 1), message[3] = 0x80;
  memset(message + 6, 0, 6);
  message[7] = (unsigned char)count;
  unsigned char *end = message + at + 5;
  for (unsigned i = 0; i < count; i++) end = put_record(end, type, number * count + i);
  return (size_t)(end - message);
}

int main(int argc, char **argv) {
  if (argc < 3) return usage("answer-dns IP PORT");
  struct address own = address_from(argv[1], argv[2]);
  int socket_fd = socket(own.family, SOCK_DGRAM | SOCK_CLOEXEC, 0), bytes = 4 << 20;
  setsockopt(socket_fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  if (bind(socket_fd, (struct sockaddr *)&own.storage, own.length) < 0) return perror("bind"), 1;
  puts("ready"), fflush(stdout);
  for (;;) {
    unsigned char message[DNS_MAX_BYTES];
    struct sockaddr_storage from;
    socklen_t from_length = sizeof from;
    long length = recvfrom(socket_fd, message, sizeof message - 128, 0, (struct sockaddr *)&from, &from_length);
    size_t answer = length < 0 ? 0 : to_answer(message, (size_t)length);
    if (answer) sendto(socket_fd, message, answer, 0, (struct sockaddr *)&from, from_length);
  }
}
