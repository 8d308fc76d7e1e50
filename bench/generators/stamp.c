/* Says when it began, in nanoseconds of CLOCK_MONOTONIC, which is the clock of Node's process.hrtime: stamp */
#include "ground-truth.h"

int main(void) {
  printf("%lld\n", nanoseconds_now());
  return 0;
}
