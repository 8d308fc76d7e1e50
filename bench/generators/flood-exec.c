/*
 * Starts processes as fast as the machine can: flood-exec LOG SECONDS WORKERS NOTHING
 * The log has one line with the exact numbers. `forks` are all processes that came to be after this one, its workers
 * included; `execs` are all programs started after this one.
 */
#include "ground-truth.h"

int main(int argc, char **argv) {
  if (argc < 5) return usage("flood-exec LOG SECONDS WORKERS NOTHING");
  int log = open_log(argv[1]), workers = atoi(argv[3]);
  long long end = nanoseconds_now() + atoll(argv[2]) * 1000000000LL;
  long *counters = shared_counters(2);
  long *forks = &counters[0], *execs = &counters[1];
  char *const arguments[] = {argv[4], NULL};

  int worker = fork_workers(workers);
  while (worker >= 0) {
    if (nanoseconds_now() >= end) _exit(0);
    pid_t child = vfork();
    if (child == 0) {
      execve(argv[4], arguments, arguments + 1);
      _exit(127);
    }
    /* A pid limit or a moment without memory is part of a flood; it is no process. */
    if (child < 0) continue;
    __atomic_add_fetch(forks, 1, __ATOMIC_RELAXED);
    int status;
    waitpid(child, &status, 0);
    if (status == 0) __atomic_add_fetch(execs, 1, __ATOMIC_RELAXED);
  }
  struct record record;
  record_begin(&record, "flood-exec");
  record_number(&record, "forks", *forks + workers);
  record_number(&record, "execs", *execs);
  record_write(&record, log);
  return 0;
}
