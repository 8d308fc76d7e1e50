#include "numbers.h"

static int is_prime(long number) {
  for (long divisor = 2; divisor * divisor <= number; divisor++) {
    if (number % divisor == 0) return 0;
  }
  return number > 1;
}

int count_primes_below(long limit) {
  int count = 0;
  for (long number = 2; number < limit; number++) count += is_prime(number);
  return count;
}
