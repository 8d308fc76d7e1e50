/*
 * Asks for names as it is told to on its input: ask-names RESOLVER
 *     PREFIX FROM DISTINCT COUNT    COUNT questions for PREFIX<number>.bench.test, the numbers going round from FROM on
 * Answers each line with the nanoseconds of every question, -1 for one that failed.
 */
#include "dns-client.h"
#include "ground-truth.h"

int main(int argc, char **argv) {
  if (argc < 2) return usage("ask-names RESOLVER");
  int socket_fd = dns_connect(argv[1]);
  char prefix[32], name[96];
  int from, distinct, count;
  while (scanf("%31s %d %d %d", prefix, &from, &distinct, &count) == 4) {
    for (int i = 0; i < count; i++) {
      unsigned char answer[DNS_MAX_BYTES];
      snprintf(name, sizeof name, "%s%d.bench.test", prefix, from + i % distinct);
      long long begun = nanoseconds_now();
      long length = dns_ask(socket_fd, name, TYPE_A, answer);
      printf("%lld ", length < 0 ? -1 : nanoseconds_now() - begun);
    }
    puts(""), fflush(stdout);
  }
  return 0;
}
