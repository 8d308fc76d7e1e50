/*
 * Starts many processes that live for about a millisecond: spawn-short LOG COUNT PARENTS NOTHING
 * NOTHING is the program built from nothing.c. The log has a line for each process, written by its parent.
 */
#include <spawn.h>

#include "ground-truth.h"

extern char **environ;

struct start {
  const char *way;
  char *program;
  char *arguments[4];
};

static pid_t start_process(const struct start *start) {
  pid_t child;
  if (!strcmp(start->way, "posix-spawn")) {
    return posix_spawn(&child, start->program, NULL, NULL, start->arguments, environ) ? -1 : child;
  }
  child = !strcmp(start->way, "vfork") ? vfork() : fork();
  if (child != 0) return child;
  execve(start->program, start->arguments, environ);
  _exit(127);
}

static void log_process(int log, const struct start *start, pid_t child, long long lived) {
  struct record record;
  record_begin(&record, "process");
  record_number(&record, "child", child);
  record_text(&record, "way", start->way);
  record_text(&record, "executable", start->program);
  record_text(&record, "name", start->arguments[0]);
  record_text(&record, "first", start->arguments[1]);
  if (start->arguments[2]) record_text(&record, "second", start->arguments[2]);
  record_number(&record, "livedMicroseconds", lived / 1000);
  record_write(&record, log);
}

static void spawn_one(int log, int number, char *nothing) {
  static const char *const ways[] = {"vfork", "fork", "posix-spawn"};
  static char true_path[4096];
  char first[32];
  if (!true_path[0] && realpath("/bin/true", true_path) == NULL) exit(1);
  snprintf(first, sizeof first, "n=%d", number);
  struct start start = {.way = ways[number % 3], .program = number % 4 ? true_path : nothing};
  start.arguments[0] = number % 4 ? "true" : "nothing";
  start.arguments[1] = first;
  start.arguments[2] = number % 5 ? NULL : "two words\nand a line";

  long long begun = nanoseconds_now();
  pid_t child = start_process(&start);
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0) exit(1);
  log_process(log, &start, child, nanoseconds_now() - begun);
}

int main(int argc, char **argv) {
  if (argc < 5) return usage("spawn-short LOG COUNT PARENTS NOTHING");
  int log = open_log(argv[1]), count = atoi(argv[2]), parents = atoi(argv[3]);
  int worker = fork_workers(parents);
  if (worker < 0) return 0;
  for (int number = worker; number < count; number += parents) spawn_one(log, number, argv[4]);
  _exit(0);
}
