#include "numbers.h"

double mean_of(const long *numbers, int count) {
  return count == 0 ? 0 : (double)sum_of(numbers, count) / count;
}
