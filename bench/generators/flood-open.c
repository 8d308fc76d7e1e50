/*
 * Opens files for writing as fast as the machine can: flood-open LOG DIRECTORY SECONDS WORKERS FILES
 * The log has one line with the exact number of opens for writing, those that made the files and the log's own included.
 */
#include "ground-truth.h"

static void file_path(char path[4096], const char *directory, int number) {
  snprintf(path, 4096, "%s/flood-%d", directory, number);
}

int main(int argc, char **argv) {
  if (argc < 6) return usage("flood-open LOG DIRECTORY SECONDS WORKERS FILES");
  int log = open_log(argv[1]), files = atoi(argv[5]);
  char path[4096];
  for (int number = 0; number < files; number++) {
    file_path(path, argv[2], number);
    int made = open(path, O_WRONLY | O_CREAT | O_EXCL, 0644);
    if (made < 0) return perror(path), 1;
    close(made);
  }
  long long end = nanoseconds_now() + atoll(argv[3]) * 1000000000LL;
  long *opens = shared_counters(1);

  int worker = fork_workers(atoi(argv[4]));
  for (int number = worker; worker >= 0; number++) {
    if (nanoseconds_now() >= end) _exit(0);
    file_path(path, argv[2], number % files);
    int file = open(path, O_WRONLY);
    if (file < 0) _exit(1);
    close(file);
    __atomic_add_fetch(opens, 1, __ATOMIC_RELAXED);
  }
  struct record record;
  record_begin(&record, "flood-open");
  record_number(&record, "opens", *opens + files + 1);
  record_write(&record, log);
  return 0;
}
