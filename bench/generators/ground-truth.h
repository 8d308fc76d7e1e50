/* The log that a generator writes of what it really did: records (see record.h) appended to a file. */
#ifndef GROUND_TRUTH_H
#define GROUND_TRUTH_H

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include "record.h"

/* Appended to by several processes: the kernel keeps each record whole. */
static inline int open_log(const char *path) {
  int log = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
  if (log < 0) {
    fprintf(stderr, "cannot write the log %s: %s\n", path, strerror(errno));
    exit(1);
  }
  return log;
}

static inline long long nanoseconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* Counters that processes share. */
static inline long *shared_counters(size_t count) {
  long *counters = mmap(NULL, count * sizeof *counters, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (counters == MAP_FAILED) exit(1);
  return counters;
}

/* Forks `count` workers. Returns in each with its number; in the parent with -1 after all have ended well. */
static inline int fork_workers(int count) {
  for (int worker = 0; worker < count; worker++) {
    pid_t child = fork();
    if (child < 0) exit(1);
    if (child == 0) return worker;
  }
  int status, failed = 0;
  while (wait(&status) > 0) failed |= status;
  if (failed) {
    fprintf(stderr, "a worker failed with status %d\n", failed);
    exit(1);
  }
  return -1;
}

#endif
