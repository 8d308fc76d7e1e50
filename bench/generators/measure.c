/*
 * Runs a command and logs what the kernel charged for it: measure LOG COMMAND [ARG...]
 * CPU time is that of the command and of all that it started, also of what was left behind: it is adopted and waited for.
 */
#include <sys/prctl.h>
#include <sys/resource.h>

#include "ground-truth.h"

static long long microseconds(struct timeval time) { return time.tv_sec * 1000000LL + time.tv_usec; }

int main(int argc, char **argv) {
  if (argc < 3) return usage("measure LOG COMMAND [ARG...]");
  int log = open_log(argv[1]), status = 0, other;
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  long long begun = nanoseconds_now();
  pid_t child = fork();
  if (child == 0) {
    execvp(argv[2], argv + 2);
    perror(argv[2]);
    _exit(127);
  }
  waitpid(child, &status, 0);
  long long wall = nanoseconds_now() - begun;
  while (wait(&other) > 0) continue;

  struct rusage used;
  getrusage(RUSAGE_CHILDREN, &used);
  struct record record;
  record_begin(&record, "measure");
  record_number(&record, "wallMicroseconds", wall / 1000);
  record_number(&record, "userMicroseconds", microseconds(used.ru_utime));
  record_number(&record, "systemMicroseconds", microseconds(used.ru_stime));
  record_write(&record, log);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
