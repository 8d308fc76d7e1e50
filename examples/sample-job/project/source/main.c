#include <stdio.h>
#include <stdlib.h>

#include "numbers.h"

#define MAX_NUMBERS 16

int main(int argc, char **argv) {
  long numbers[MAX_NUMBERS];
  int count = argc - 1 < MAX_NUMBERS ? argc - 1 : MAX_NUMBERS;
  for (int i = 0; i < count; i++) numbers[i] = atol(argv[i + 1]);
  long sum = sum_of(numbers, count);
  printf("report %s: %d number%s, sum %ld, product %ld, mean %.1f, %d primes below the sum\n", version_of_report(), count,
         plural_of(count), sum, product_of(numbers, count), mean_of(numbers, count), count_primes_below(sum));
  return 0;
}
