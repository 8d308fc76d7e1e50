/* What a run of base64 surely has not: most of them are paths and names, and none of what is looked for in runs fits in. */
#pragma once

#include "bytes.h"

enum { MAY_HOLD_TEXT = 1, MAY_HOLD_HEX = 2, MAY_HOLD_BASE32 = 4 };

/* Twelve bytes of text are so many whole groups of four characters in a row at least. */
#define LOW_GROUPS 3

static inline v128_t is_within(v128_t from_first, uint8_t count) { return wasm_u8x16_lt(from_first, wasm_i8x16_splat((int8_t)count)); }

/* The bits of digits that are not set in text, of sixteen characters and, below them, the sixteen before: of three bytes each has its highest. */
typedef struct {
  uint32_t of_first;
  uint32_t of_second;
  uint32_t of_third;
} high_bits;

/* Bit n is set where groups that begin at character n of the lower sixteen, and four and eight behind it, are all of bytes below 0x80. */
static inline uint32_t low_rows(high_bits high) {
  uint32_t low = ~(high.of_first | high.of_second >> 1 | high.of_third >> 2), rows = low;
  for (uint32_t n = 1; n < LOW_GROUPS; n++) rows &= low >> 4 * n;
  return rows & 0xffff;
}

/*
 * Up to 15 bytes behind `end` are read; they may make it say more. Rows of 20 characters of base32, and of 24 of hex, have eight in them that begin at a
 * multiple of eight.
 */
static inline uint32_t what_may_be_in_run(const uint8_t *start, const uint8_t *end) {
  const v128_t all = wasm_i8x16_splat(-1);
  high_bits high = {0xffff, 0xffff, 0xffff};
  uint32_t rows = 0;
  v128_t has_hex = wasm_i8x16_splat(0), has_base32 = wasm_i8x16_splat(0);
  for (const uint8_t *at = start; at < end; at += 16) {
    v128_t bytes = wasm_v128_load(at);
    v128_t from_capital = wasm_i8x16_sub(bytes, wasm_i8x16_splat('A')), from_small = wasm_i8x16_sub(bytes, wasm_i8x16_splat('a'));
    v128_t from_zero = wasm_i8x16_sub(bytes, wasm_i8x16_splat('0'));
    v128_t is_capital = is_within(from_capital, 26), is_decimal = is_within(from_zero, 10);
    v128_t hex = wasm_v128_or(is_decimal, wasm_v128_or(is_within(from_capital, 6), is_within(from_small, 6)));
    v128_t base32 = wasm_v128_or(is_capital, is_within(wasm_i8x16_sub(bytes, wasm_i8x16_splat('2')), 6));
    has_hex = wasm_v128_or(has_hex, wasm_i64x2_eq(hex, all));
    has_base32 = wasm_v128_or(has_base32, wasm_i64x2_eq(base32, all));
    /* What is no letter and no decimal has all bits set but the lowest. */
    v128_t digits = wasm_v128_bitselect(wasm_i8x16_add(from_zero, wasm_i8x16_splat(52)), wasm_i8x16_splat(63), is_decimal);
    digits = wasm_v128_bitselect(wasm_i8x16_add(from_small, wasm_i8x16_splat(26)), digits, is_within(from_small, 26));
    digits = wasm_v128_bitselect(from_capital, digits, is_capital);
    high.of_first |= (uint32_t)wasm_i8x16_bitmask(wasm_i16x8_shl(digits, 2)) << 16;
    high.of_second |= (uint32_t)wasm_i8x16_bitmask(wasm_i16x8_shl(digits, 4)) << 16;
    high.of_third |= (uint32_t)wasm_i8x16_bitmask(wasm_i16x8_shl(digits, 6)) << 16;
    rows |= low_rows(high);
    high.of_first >>= 16, high.of_second >>= 16, high.of_third >>= 16;
  }
  high.of_first |= 0xffff0000, high.of_second |= 0xffff0000, high.of_third |= 0xffff0000;
  rows |= low_rows(high);
  return (rows ? MAY_HOLD_TEXT : 0) | (wasm_v128_any_true(has_hex) ? MAY_HOLD_HEX : 0) | (wasm_v128_any_true(has_base32) ? MAY_HOLD_BASE32 : 0);
}
