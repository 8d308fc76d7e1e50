# flagged: vanish
cat > vanish.c <<'END'
#include <unistd.h>
int main(int argc, char **argv) {
  if (argc > 1) return 0;
  unlink("vanish");
  return execl("/proc/self/exe", "vanish", "again", (char *)0);
}
END
gcc -o vanish vanish.c && ./vanish
