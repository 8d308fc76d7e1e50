/* Questions of one name over UDP, and what the answers begin with (RFC 1035, section 4.1). */
#ifndef DNS_CLIENT_H
#define DNS_CLIENT_H

#include <stdint.h>

#include "address.h"

enum { TYPE_A = 1, TYPE_AAAA = 28, DNS_HEADER_BYTES = 12, DNS_MAX_BYTES = 1500 };

/* Writes a question that wants recursion; returns its length. */
static inline size_t dns_question(unsigned char *out, unsigned id, const char *name, int type) {
  static const unsigned char head[DNS_HEADER_BYTES] = {0, 0, 1, 0, 0, 1};
  memcpy(out, head, sizeof head);
  out[0] = (unsigned char)(id >> 8), out[1] = (unsigned char)id;
  unsigned char *at = out + DNS_HEADER_BYTES;
  while (*name) {
    size_t length = strcspn(name, ".");
    *at++ = (unsigned char)length;
    memcpy(at, name, length);
    at += length;
    name += length + (name[length] == '.');
  }
  const unsigned char tail[] = {0, 0, (unsigned char)type, 0, 1};
  memcpy(at, tail, sizeof tail);
  return (size_t)(at + sizeof tail - out);
}

static inline unsigned dns_id(const unsigned char *message) { return (unsigned)message[0] << 8 | message[1]; }

/* Whether the answer is without error and has records. */
static inline int dns_has_answers(const unsigned char *message, long length) {
  return length > DNS_HEADER_BYTES && (message[3] & 15) == 0 && (message[6] || message[7]);
}

static inline int dns_connect(const char *resolver) {
  struct address to = address_from(resolver, "53");
  struct timeval patience = {.tv_sec = 2};
  int socket_fd = socket(to.family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  setsockopt(socket_fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (socket_fd < 0 || connect(socket_fd, (struct sockaddr *)&to.storage, to.length) < 0) {
    perror(resolver);
    exit(1);
  }
  return socket_fd;
}

/* Asks and waits. Returns the answer's length; -1 where none came, or one that says no. */
static inline long dns_ask(int socket_fd, const char *name, int type, unsigned char *answer) {
  static unsigned last_id;
  unsigned id = ++last_id & 0xffff;
  unsigned char question[DNS_MAX_BYTES];
  size_t asked = dns_question(question, id, name, type);
  if (send(socket_fd, question, asked, 0) < 0) return -1;
  for (;;) {
    long length = recv(socket_fd, answer, DNS_MAX_BYTES, 0);
    if (length < 0) return -1;
    if (dns_id(answer) == id) return dns_has_answers(answer, length) ? length : -1;
  }
}

/* The last bytes of an answer whose last record is an address. */
static inline const unsigned char *dns_last_address(const unsigned char *answer, long length, int type) {
  return answer + length - (type == TYPE_A ? 4 : 16);
}

#endif
