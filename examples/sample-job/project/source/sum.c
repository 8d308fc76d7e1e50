#include "numbers.h"

long sum_of(const long *numbers, int count) {
  long sum = 0;
  for (int i = 0; i < count; i++) sum += numbers[i];
  return sum;
}
