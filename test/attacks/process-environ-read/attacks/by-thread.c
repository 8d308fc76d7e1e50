// flagged: by-thread
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(void) {
  const char *pid = getenv("RG_OUTSIDER");
  char path[128], bytes[64];
  snprintf(path, sizeof path, "/proc/%s/task/%s/", pid, pid);
  int directory = open(path, O_PATH | O_DIRECTORY);
  int environment = openat(directory, "environ", O_RDONLY);
  return read(environment, bytes, sizeof bytes) < 0;
}
