/*
 * Asks for names that nobody asked for before and connects at once: connect-fresh LOG RESOLVER COUNT WORKERS
 * Every name has an address of its own, by turns of IPv4 and IPv6. One line a worker, with what failed.
 */
#include "dns-client.h"
#include "ground-truth.h"

struct outcome {
  long resolved, connected, slow;
  int last_error;
};

enum { SLOW_NS = 500000000 };

static int connect_to(const unsigned char *ip, int type) {
  struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(5004)};
  struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(5004)};
  memcpy(&v4.sin_addr, ip, 4);
  if (type == TYPE_AAAA) memcpy(&v6.sin6_addr, ip, 16);
  struct sockaddr *to = type == TYPE_A ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6;
  int socket_fd = socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int result = connect(socket_fd, to, type == TYPE_A ? sizeof v4 : sizeof v6);
  int reason = errno;
  struct linger at_once = {.l_onoff = 1};
  setsockopt(socket_fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(socket_fd);
  errno = reason;
  return result;
}

static struct outcome run(int resolver, int from, int step, int count) {
  struct outcome outcome = {0};
  for (int number = from; number < count; number += step) {
    char name[64];
    unsigned char answer[DNS_MAX_BYTES];
    int type = number / step % 2 ? TYPE_AAAA : TYPE_A;
    snprintf(name, sizeof name, "fresh%d.bench.test", number);
    long length = dns_ask(resolver, name, type, answer);
    if (length < 0) continue;
    outcome.resolved++;
    long long begun = nanoseconds_now();
    if (connect_to(dns_last_address(answer, length, type), type) == 0) outcome.connected++;
    else outcome.last_error = errno;
    /* A first packet that was lost is sent again after a second. */
    outcome.slow += nanoseconds_now() - begun > SLOW_NS;
  }
  return outcome;
}

int main(int argc, char **argv) {
  if (argc < 5) return usage("connect-fresh LOG RESOLVER COUNT WORKERS");
  int log = open_log(argv[1]), count = atoi(argv[3]), workers = atoi(argv[4]);
  int worker = fork_workers(workers);
  if (worker < 0) return 0;
  struct outcome outcome = run(dns_connect(argv[2]), worker, workers, count);
  struct record record;
  record_begin(&record, "connect-fresh");
  record_number(&record, "asked", (count - worker + workers - 1) / workers);
  record_number(&record, "resolved", outcome.resolved);
  record_number(&record, "connected", outcome.connected);
  record_number(&record, "slow", outcome.slow);
  record_number(&record, "lastError", outcome.last_error);
  record_write(&record, log);
  return 0;
}
