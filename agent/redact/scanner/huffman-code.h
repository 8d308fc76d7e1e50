/* The codes of DEFLATE (RFC 1951, section 3.2.2): symbols by the lengths of their codes. */
#pragma once

#include "bytes.h"

#define MAX_SHORT_BITS 9
#define MAX_CODE_BITS 15
#define MAX_SYMBOLS 288

typedef struct {
  /* By so many of the next bits of the stream, the first one lowest: the symbol times 16 and the length of its code, or 0 where that is longer. */
  uint16_t by_bits[1 << MAX_SHORT_BITS];
  uint32_t bits;
  /* Of each length, how many codes have it. */
  uint16_t counts[MAX_CODE_BITS + 1];
  /* In the order of their codes. */
  uint16_t symbols[MAX_SYMBOLS];
} huffman_code;

/* A symbol that has a code: most have none. */
typedef struct {
  uint16_t symbol;
  uint16_t length;
} coded_symbol;

static void fill_by_bits(huffman_code *code) {
  uint16_t *by_bits = code->by_bits;
  const uint32_t size = 1u << code->bits;
  __builtin_memset(by_bits, 0, size * sizeof *by_bits);
  const uint16_t *symbol = code->symbols;
  /* Streams have the first bit of a code lowest. */
  uint32_t reversed = 0;
  for (uint32_t length = 1; length <= code->bits; length++) {
    for (uint32_t count = code->counts[length]; count; count--) {
      uint16_t entry = (uint16_t)(*symbol++ << 4 | length);
      for (uint32_t at = reversed; at < size; at += 1u << length) by_bits[at] = entry;
      uint32_t carry = 1u << (length - 1);
      for (; reversed & carry; carry >>= 1) reversed ^= carry;
      reversed |= carry;
    }
  }
}

/* In the order of their symbols. Whether there are no more codes of any length than can be told apart. */
static int fill_code(huffman_code *code, const coded_symbol *coded, uint32_t count) {
  uint16_t offsets[MAX_CODE_BITS + 2];
  int32_t left = 1;
  __builtin_memset(code->counts, 0, sizeof code->counts);
  for (uint32_t n = 0; n < count; n++) code->counts[coded[n].length]++;
  offsets[1] = 0;
  code->bits = 0;
  for (uint32_t length = 1; length <= MAX_CODE_BITS; length++) {
    left = left * 2 - code->counts[length];
    if (left < 0) return 0;
    offsets[length + 1] = (uint16_t)(offsets[length] + code->counts[length]);
    if (code->counts[length]) code->bits = length < MAX_SHORT_BITS ? length : MAX_SHORT_BITS;
  }
  for (uint32_t n = 0; n < count; n++) code->symbols[offsets[coded[n].length]++] = coded[n].symbol;
  fill_by_bits(code);
  return 1;
}
