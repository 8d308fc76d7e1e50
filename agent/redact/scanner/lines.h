/* Where lines end, and other bytes. */
#pragma once

#include "bytes.h"

EXPORT(count_bytes)
uint32_t count_bytes(const uint8_t *at, const uint8_t *end, uint32_t byte) {
  uint32_t count = 0;
  for (; at + 16 <= end; at += 16) count += (uint32_t)__builtin_popcount(matches(at, (uint8_t)byte));
  for (; at < end; at++) count += *at == byte;
  return count;
}

/* The last place of the byte in the text, or null. */
EXPORT(find_last)
const uint8_t *find_last(const uint8_t *start, const uint8_t *end, uint32_t byte) {
  while (end - start >= 16) {
    uint32_t found = matches(end - 16, (uint8_t)byte);
    if (found) return end - 16 + (31 - __builtin_clz(found));
    end -= 16;
  }
  while (end > start)
    if (*--end == byte) return end;
  return 0;
}

EXPORT(find_first)
const uint8_t *find_first(const uint8_t *at, const uint8_t *end, uint32_t byte) {
  for (; at + 16 <= end; at += 16) {
    uint32_t found = matches(at, (uint8_t)byte);
    if (found) return at + __builtin_ctz(found);
  }
  for (; at < end; at++)
    if (*at == byte) return at;
  return 0;
}
