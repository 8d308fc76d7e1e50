#include "numbers.h"

long product_of(const long *numbers, int count) {
  long product = 1;
  for (int i = 0; i < count; i++) product *= numbers[i];
  return product;
}
