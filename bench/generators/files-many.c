/*
 * Creates, renames and deletes many files: files-many LOG DIRECTORY COUNT WORKERS
 * DIRECTORY must be given as the kernel resolves it. The log has a line for each deed, with whole paths.
 */
#include <linux/openat2.h>
#include <sys/syscall.h>

#include "ground-truth.h"

static void must(long result, const char *what) {
  if (result >= 0) return;
  perror(what);
  _exit(1);
}

static int create_by(int way, int directory, const char *path, const char *name) {
  struct open_how how = {.flags = O_WRONLY | O_CREAT | O_EXCL, .mode = 0644};
  if (way == 0) return open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (way == 1) return openat(directory, name, O_RDWR | O_CREAT | O_EXCL, 0644);
  if (way == 2) return (int)syscall(SYS_openat2, directory, name, &how, sizeof how);
  return creat(path, 0644);
}

static void log_deed(int log, const char *did, const char *path, const char *original) {
  struct record record;
  record_begin(&record, did);
  record_text(&record, "path", path);
  if (original) record_text(&record, "originalPath", original);
  record_write(&record, log);
}

static void work_on(int log, const char *directory, int directory_fd, int number) {
  char name[64], renamed[64], path[4096], renamed_path[4096];
  snprintf(name, sizeof name, "file-%d", number);
  snprintf(renamed, sizeof renamed, "renamed-%d", number);
  snprintf(path, sizeof path, "%s/%s", directory, name);
  snprintf(renamed_path, sizeof renamed_path, "%s/%s", directory, renamed);

  int file = create_by(number % 4, directory_fd, path, name);
  must(file, "create");
  must(write(file, "written\n", 8), "write");
  close(file);
  log_deed(log, "create", path, NULL);

  must(number % 2 ? rename(path, renamed_path) : renameat(directory_fd, name, directory_fd, renamed), "rename");
  log_deed(log, "rename", renamed_path, path);

  must(number % 2 ? unlinkat(directory_fd, renamed, 0) : unlink(renamed_path), "delete");
  log_deed(log, "delete", renamed_path, NULL);
}

int main(int argc, char **argv) {
  if (argc < 5) return usage("files-many LOG DIRECTORY COUNT WORKERS");
  int log = open_log(argv[1]), count = atoi(argv[3]), workers = atoi(argv[4]);
  int worker = fork_workers(workers);
  if (worker < 0) return 0;
  int directory_fd = open(argv[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  must(directory_fd, argv[2]);
  for (int number = worker; number < count; number += workers) work_on(log, argv[2], directory_fd, number);
  _exit(0);
}
