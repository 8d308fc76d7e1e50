// flagged: mount
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

int main(void) {
  if (unshare(CLONE_NEWNS) < 0) return 1;
  mount(0, "/", 0, MS_REC | MS_PRIVATE, 0);
  mkdir("place", 0700);
  return mount("none", "place", "tmpfs", 0, 0) < 0;
}
