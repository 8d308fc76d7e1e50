#include "numbers.h"

const char *plural_of(int count) { return count == 1 ? "" : "s"; }
