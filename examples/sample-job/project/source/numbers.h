#ifndef NUMBERS_H
#define NUMBERS_H

long sum_of(const long *numbers, int count);
long product_of(const long *numbers, int count);
double mean_of(const long *numbers, int count);
int count_primes_below(long limit);
const char *plural_of(int count);
const char *version_of_report(void);

#endif
