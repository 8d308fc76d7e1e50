/*
 * Undoes the packet filter's table again and again, while packets to where nothing may go are sent: probe-flush LOG IP ROUNDS
 * EVERY_US COMMAND...
 * The commands, texts for sh, take turns. A round is over when nothing has got out for 300 ms. One line a round: which
 * command, how many packets left, when the first of them did and when the first one after the last was refused again.
 */
#include <signal.h>

#include "address.h"
#include "ground-truth.h"

enum { QUIET_NS = 300000000, MAX_ROUND_NS = 2000000000, SETTLED_PROBES = 20 };

struct round {
  long escaped, sent;
  long long first_out, last_out, refused_again;
};

static int socket_fd;
static struct address target;
static long long every_ns;
static long number;

/* Whether it left. */
static int probe(void) {
  char text[32];
  int length = snprintf(text, sizeof text, "probe %ld", number++);
  return sendto(socket_fd, text, length, 0, (struct sockaddr *)&target.storage, target.length) == length;
}

static void wait_until(long long at) {
  struct timespec time = {.tv_sec = at / 1000000000, .tv_nsec = at % 1000000000};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
}

static pid_t start(const char *command) {
  pid_t child = fork();
  if (child == 0) execl("/bin/sh", "sh", "-c", command, (char *)NULL), _exit(127);
  return child;
}

/* The table is whole: nothing leaves. Otherwise there is nothing to undo. */
static void settle(void) {
  for (int refused = 0, tries = 0; refused < SETTLED_PROBES; tries++) {
    refused = probe() ? 0 : refused + 1;
    if (tries > 10000) fprintf(stderr, "packets leave although nothing was undone\n"), exit(1);
    wait_until(nanoseconds_now() + every_ns);
  }
}

static struct round run(const char *command, long long *took) {
  struct round round = {0};
  long long begun = nanoseconds_now(), next = begun, ended = 0;
  pid_t child = start(command);
  for (;;) {
    int status, left = probe();
    long long now = nanoseconds_now();
    round.sent++;
    if (left) {
      if (!round.escaped++) round.first_out = now;
      round.last_out = now, round.refused_again = 0;
    } else if (round.escaped && !round.refused_again) {
      round.refused_again = now;
    }
    if (!ended && waitpid(child, &status, WNOHANG) == child) ended = now;
    long long quiet_since = round.last_out > ended ? round.last_out : ended;
    if (ended && (now - quiet_since > QUIET_NS || now - begun > MAX_ROUND_NS * 10LL)) break;
    next += every_ns;
    if (next < now) next = now;
    wait_until(next);
  }
  *took = ended - begun;
  return round;
}

int main(int argc, char **argv) {
  if (argc < 6) return usage("probe-flush LOG IP ROUNDS EVERY_US COMMAND...");
  int log = open_log(argv[1]), rounds = atoi(argv[3]);
  target = address_from(argv[2], "9");
  every_ns = atoi(argv[4]) * 1000LL;
  socket_fd = socket(target.family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  for (int i = 0; i < rounds; i++) {
    long long took;
    settle();
    struct round round = run(argv[5 + i % (argc - 5)], &took);
    struct record record;
    record_begin(&record, "probe-flush");
    record_number(&record, "command", i % (argc - 5));
    record_number(&record, "commandMicroseconds", took / 1000);
    record_number(&record, "sent", round.sent);
    record_number(&record, "escaped", round.escaped);
    record_number(&record, "openMicroseconds", round.escaped ? (round.refused_again - round.first_out) / 1000 : 0);
    record_write(&record, log);
  }
  return 0;
}
