#include <sched.h>

int main(void) { return unshare(CLONE_NEWUSER) < 0; }
