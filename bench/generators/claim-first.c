/*
 * What a job does first: claim-first MILLISECONDS starts a program under another's name so long after its own start, and writes how many
 * nanoseconds that one lived, to be ended by the guard; -1 where nobody ended it.
 */
#include "ground-truth.h"

enum { LONGEST_SECONDS = 10 };

int main(int argc, char **argv) {
  if (argc == 1) {
    alarm(LONGEST_SECONDS);
    pause();
    return 0;
  }
  long long begun = nanoseconds_now(), due = begun + atoll(argv[1]) * 1000000LL;
  struct timespec until = {.tv_sec = due / 1000000000LL, .tv_nsec = due % 1000000000LL};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) continue;
  char *const claimed[] = {"sshd: first", NULL};
  long long at = nanoseconds_now();
  pid_t child = vfork();
  if (child == 0) {
    execv("/proc/self/exe", claimed);
    _exit(127);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) return 1;
  int was_killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  printf("%lld\n", was_killed ? nanoseconds_now() - at : -1);
  return 0;
}
