/*
 * Uses a server as it is told to on its input: drive-streams RESOLVER NAME
 *     up MS | down MS    one stream for so long: bytes, nanoseconds
 *     ask COUNT          requests of 64 bytes, each after the answer to the one before: nanoseconds of each
 *     connect COUNT      connections, each closed before the next: nanoseconds of each until it stood
 *     learn COUNT        asks for q0 to q<COUNT-1>, which have four addresses each: how many were answered
 *     resolve COUNT      asks for r0 to r<COUNT-1>, which have one
 */
#include <netinet/tcp.h>

#include "dns-client.h"
#include "ground-truth.h"

enum { CHUNK = 1 << 17, REQUEST_BYTES = 64 };

static char chunk[CHUNK];
static struct sockaddr_in server;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int open_stream(int port) {
  int socket_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
  server.sin_port = htons(port);
  setsockopt(socket_fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (connect(socket_fd, (struct sockaddr *)&server, sizeof server) < 0) fail("connect");
  return socket_fd;
}

/* Without TIME_WAIT, so that ports never run out. */
static void cut(int socket_fd) {
  struct linger at_once = {.l_onoff = 1};
  setsockopt(socket_fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(socket_fd);
}

static void stream_up(int milliseconds) {
  int socket_fd = open_stream(5001);
  long long total = 0, begun = nanoseconds_now(), until = begun + milliseconds * 1000000LL;
  while (nanoseconds_now() < until) {
    if (send(socket_fd, chunk, sizeof chunk, 0) < 0) fail("send");
  }
  shutdown(socket_fd, SHUT_WR);
  if (recv(socket_fd, &total, sizeof total, MSG_WAITALL) != sizeof total) fail("total");
  printf("%lld %lld\n", total, nanoseconds_now() - begun);
  close(socket_fd);
}

static void stream_down(int milliseconds) {
  int socket_fd = open_stream(5002);
  long long total = 0, begun = nanoseconds_now(), until = begun + milliseconds * 1000000LL;
  while (nanoseconds_now() < until) {
    long length = recv(socket_fd, chunk, sizeof chunk, 0);
    if (length <= 0) fail("recv");
    total += length;
  }
  printf("%lld %lld\n", total, nanoseconds_now() - begun);
  cut(socket_fd);
}

static void ask_many(int count) {
  int socket_fd = open_stream(5003);
  for (int i = 0; i < count; i++) {
    long long begun = nanoseconds_now();
    if (send(socket_fd, chunk, REQUEST_BYTES, 0) < 0) fail("send");
    if (recv(socket_fd, chunk, REQUEST_BYTES, MSG_WAITALL) != REQUEST_BYTES) fail("recv");
    printf("%lld ", nanoseconds_now() - begun);
  }
  puts("");
  close(socket_fd);
}

static void connect_many(int count) {
  for (int i = 0; i < count; i++) {
    long long begun = nanoseconds_now();
    int socket_fd = open_stream(5004);
    printf("%lld ", nanoseconds_now() - begun);
    cut(socket_fd);
  }
  puts("");
}

static void learn(int resolver, char kind, int count) {
  int answered = 0;
  for (int i = 0; i < count; i++) {
    char name[64];
    unsigned char answer[DNS_MAX_BYTES];
    snprintf(name, sizeof name, "%c%d.bench.test", kind, i);
    answered += dns_ask(resolver, name, TYPE_A, answer) > 0;
  }
  printf("%d\n", answered);
}

int main(int argc, char **argv) {
  if (argc < 3) return usage("drive-streams RESOLVER NAME");
  int resolver = dns_connect(argv[1]), count;
  unsigned char answer[DNS_MAX_BYTES];
  long length = dns_ask(resolver, argv[2], TYPE_A, answer);
  if (length < 0) fail(argv[2]);
  server.sin_family = AF_INET;
  memcpy(&server.sin_addr, dns_last_address(answer, length, TYPE_A), 4);
  char what[16];
  while (scanf("%15s %d", what, &count) == 2) {
    if (!strcmp(what, "up")) stream_up(count);
    else if (!strcmp(what, "down")) stream_down(count);
    else if (!strcmp(what, "ask")) ask_many(count);
    else if (!strcmp(what, "connect")) connect_many(count);
    else learn(resolver, what[0] == 'l' ? 'q' : 'r', count);
    fflush(stdout);
  }
  return 0;
}
