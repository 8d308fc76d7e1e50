/*
 * Does what rules flag while much else happens: flag-deeds SECONDS RATE DEEDS FOLDER NOTHING
 * RATE is what the rest makes of events in a second: most are new files opened for writing, one in 25 a connection that is
 * refused, three in 100 a program's start and end (NOTHING). Of each kind of deed there are DEEDS. FOLDER has a folder for
 * workflows, one for the rest's files, and as many links to this program as there are deeds. Each deed is a line on
 * standard output, with the time right before its system call, on the clock that only goes forward.
 */
#include "address.h"
#include "ground-truth.h"

enum { TICK_NS = 1000000, KINDS = 3, CONNECT_EVERY = 25, EXEC_EVERY = 100, EVENTS_OF_EXEC = 3 };
/* The guard has loaded its rules by then, and what was held for them is worked off. */
static const long long WARM_UP_NS = 1500000000LL;
/*
 * What is made up for at once, of a second: where the machine can not make as many events as are asked for, making up for all
 * would take longer each time, and never end.
 */
enum { MADE_UP_FOR = 4 };
/* As long may making up take until deeds have their turn. */
static const long long MAKING_UP_NS = 20000000;
/* Whoever wakes up later than this was kept waiting by something else than this load. */
static const long long LATE_NS = 5000000;

static const char *folder;
static char *nothing;

static void log_deed(const char *did, int number, long long at) {
  struct record record;
  record_begin(&record, did);
  record_number(&record, "number", number);
  record_number(&record, "at", at);
  record_end(&record);
}

static void path_of(char path[4096], const char *kind, int number, const char *end) {
  snprintf(path, 4096, "%s/%s%d%s", folder, kind, number, end);
}

static void open_for_writing(const char *path) {
  int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) exit(1);
  close(file);
}

static void try_to_connect(const char *ip, const char *port) {
  struct address address = address_from(ip, port);
  int out = socket(address.family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (out < 0) exit(1);
  connect(out, (struct sockaddr *)&address.storage, address.length);
  close(out);
}

/* Returns when the program has ended; `begun` is the time right before the call. */
static long long run_to_end(char *path, char *const arguments[]) {
  static char *const environment[] = {NULL};
  volatile long long begun = 0;
  pid_t child = vfork();
  if (child == 0) {
    begun = nanoseconds_now();
    execve(path, arguments, environment);
    _exit(127);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0) exit(1);
  return begun;
}

static void write_workflow(int number) {
  char path[4096];
  path_of(path, ".github/workflows/deed-", number, ".yml");
  long long at = nanoseconds_now();
  open_for_writing(path);
  log_deed("write", number, at);
}

static void claim_name(int number) {
  char name[64];
  snprintf(name, sizeof name, "sshd: deed-%d", number);
  char *const arguments[] = {name, NULL};
  log_deed("claim", number, run_to_end(nothing, arguments));
}

/* By another program each time, since what the same one does again is the same finding. */
static void reach_by_link(int number) {
  char path[4096], text[16];
  path_of(path, "deed-", number, "-reaches");
  snprintf(text, sizeof text, "%d", number);
  char *const arguments[] = {path, text, NULL};
  run_to_end(path, arguments);
}

static int reach(int number) {
  long long at = nanoseconds_now();
  try_to_connect("169.254.169.254", "80");
  log_deed("reach", number, at);
  return 0;
}

/* Returns how many events it made. */
static int make_load(long number) {
  static int files;
  if (number % EXEC_EVERY == 0) {
    char *const arguments[] = {nothing, NULL};
    run_to_end(nothing, arguments);
    return EVENTS_OF_EXEC;
  }
  if (number % CONNECT_EVERY == 1) {
    try_to_connect("127.0.0.1", "1");
    return 1;
  }
  char path[4096];
  path_of(path, "load/", files++, "");
  open_for_writing(path);
  return 1;
}

/* Returns whether the processor was to be had by then. */
static int sleep_until(long long when) {
  struct timespec until = {.tv_sec = when / 1000000000LL, .tv_nsec = when % 1000000000LL};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) continue;
  return nanoseconds_now() - when < LATE_NS;
}

/* Anywhere up to the next one's turn, so that deeds keep in step with nothing. */
static long long time_of(int deed, long long distance) {
  unsigned mixed = (unsigned)deed * 2654435761u;
  return deed * distance + (long long)(mixed % 1000) * distance / 1000;
}

int main(int argc, char **argv) {
  if (argc == 2) return reach(atoi(argv[1]));
  if (argc < 6) return usage("flag-deeds SECONDS RATE DEEDS FOLDER NOTHING");
  long long length = atoll(argv[1]) * 1000000000LL, rate = atoll(argv[2]);
  int deeds = atoi(argv[3]) * KINDS;
  folder = argv[4], nothing = argv[5];
  long long begun = nanoseconds_now(), distance = length / deeds, events = 0;
  long long most = 0, left_out = 0;
  int deed = 0, wakes = 0, late_wakes = 0;
  for (long load = 0; deed < deeds;) {
    long long now = nanoseconds_now() - begun, before = events;
    long long owed = now * rate / 1000000000LL - left_out - events;
    if (owed > rate / MADE_UP_FOR) left_out += owed - rate / MADE_UP_FOR;
    while (events + left_out < now * rate / 1000000000LL) {
      events += make_load(load++);
      if (nanoseconds_now() - begun - now > MAKING_UP_NS) break;
    }
    if (events - before > most) most = events - before;
    if (now >= WARM_UP_NS + time_of(deed, distance)) {
      if (deed % KINDS == 0) write_workflow(deed / KINDS);
      if (deed % KINDS == 1) claim_name(deed / KINDS);
      if (deed % KINDS == 2) reach_by_link(deed / KINDS);
      deed++;
    }
    wakes++;
    late_wakes += !sleep_until(begun + (now / TICK_NS + 1) * TICK_NS);
  }
  struct record record;
  record_begin(&record, "load");
  record_number(&record, "events", events);
  record_number(&record, "milliseconds", (nanoseconds_now() - begun) / 1000000);
  record_number(&record, "wakes", wakes);
  record_number(&record, "lateWakes", late_wakes);
  record_number(&record, "most", most);
  record_number(&record, "leftOut", left_out);
  record_end(&record);
  return 0;
}
