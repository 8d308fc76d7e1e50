/* Sixteen digits are unpacked at once; what they say is kept as a bit for each byte. */
#pragma once

#include "radix.h"

#define MAX_LOOK 4096
#define MIN_PRINTABLE 12
#define MIN_ALTERNATING 16

/* Of two neighbours one, in lanes of twice the width: the first of them has the higher bits. */
static inline v128_t join_pairs16(v128_t digits, uint32_t bits) {
  return wasm_v128_or(wasm_i16x8_shl(wasm_v128_and(digits, wasm_i16x8_splat(0xff)), bits), wasm_u16x8_shr(digits, 8));
}
static inline v128_t join_pairs32(v128_t pairs, uint32_t bits) {
  return wasm_v128_or(wasm_i32x4_shl(wasm_v128_and(pairs, wasm_i32x4_splat(0xffff)), bits), wasm_u32x4_shr(pairs, 16));
}
static inline v128_t join_pairs64(v128_t fours, uint32_t bits) {
  return wasm_v128_or(wasm_i64x2_shl(wasm_v128_and(fours, wasm_i64x2_splat(0xffffffff)), bits), wasm_u64x2_shr(fours, 32));
}

/* The 8, 10 or 12 bytes of sixteen digits, and NUL behind them. */
static inline v128_t unpack(v128_t digits, uint32_t bits) {
#define NONE_ 0x80
  v128_t pairs = join_pairs16(digits, bits);
  if (bits == 4)
    return wasm_i8x16_swizzle(pairs, wasm_u8x16_const(0, 2, 4, 6, 8, 10, 12, 14, NONE_, NONE_, NONE_, NONE_, NONE_, NONE_, NONE_, NONE_));
  v128_t fours = join_pairs32(pairs, 2 * bits);
  if (bits == 6)
    return wasm_i8x16_swizzle(fours, wasm_u8x16_const(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, NONE_, NONE_, NONE_, NONE_));
  v128_t eights = join_pairs64(fours, 4 * bits);
  return wasm_i8x16_swizzle(eights, wasm_u8x16_const(4, 3, 2, 1, 0, 12, 11, 10, 9, 8, NONE_, NONE_, NONE_, NONE_, NONE_, NONE_));
#undef NONE_
}

static inline uint32_t printable_of(v128_t bytes) {
  v128_t visible = wasm_u8x16_lt(wasm_i8x16_sub(bytes, wasm_i8x16_splat(0x20)), wasm_i8x16_splat(0x7f - 0x20));
  v128_t blank = wasm_v128_or(wasm_v128_or(equal(bytes, '\t'), equal(bytes, '\n')), equal(bytes, '\r'));
  return wasm_i8x16_bitmask(wasm_v128_or(visible, blank));
}

/* What was seen so far: bits of the sixteen bytes before, and of those at hand above them. */
#define SEEN_BEFORE 16
typedef struct {
  uint32_t printable;
  uint32_t nul;
} seen_bytes;

static inline seen_bytes see(seen_bytes before, v128_t bytes, uint32_t count) {
  const uint32_t all = (1u << count) - 1;
  uint32_t nul = wasm_i8x16_bitmask(equal(bytes, 0)) & all;
  return (seen_bytes){before.printable | (printable_of(bytes) & all) << SEEN_BEFORE, before.nul | nul << SEEN_BEFORE};
}

static inline seen_bytes pass(seen_bytes seen, uint32_t count) {
  return (seen_bytes){seen.printable >> count & 0xffff, seen.nul >> count & 0xffff};
}

static inline int has_row(uint32_t bits, uint32_t least) {
  bits &= bits >> 1;
  bits &= bits >> 2;
  return (least == 4 ? bits : bits & bits >> 4) != 0;
}

static inline uint32_t turns_in(seen_bytes seen) { return (seen.printable & seen.nul >> 1) | (seen.nul & seen.printable >> 1); }

/* Twelve printable bytes in a row, or sixteen that are by turns printable and NUL. */
static inline int is_text_seen(seen_bytes seen) {
  uint32_t row = seen.printable & seen.printable >> 1;
  row &= row >> 2;
  row &= row >> 4;
  row &= row >> (MIN_PRINTABLE - 8);
  if (row) return 1;
  if (!seen.nul) return 0;
  uint32_t turns = turns_in(seen);
  turns &= turns >> 1;
  turns &= turns >> 2;
  turns &= turns >> 4;
  turns &= turns >> (MIN_ALTERNATING - 1 - 8);
  return turns != 0;
}

/* Of what was unpacked: a given value has four bytes at least, and those of other scripts are above 0x7f. */
EXPORT(may_hold_value)
uint32_t may_hold_value(const uint8_t *at, const uint8_t *end) {
  seen_bytes seen = {0, 0};
  for (; at < end; at += 16) {
    v128_t bytes = wasm_v128_load(at);
    /* Bombs are of zeros, most of them. */
    if (!seen.printable && end - at >= 16 && !wasm_v128_any_true(bytes)) {
      seen.nul = 0xffff;
      continue;
    }
    uint32_t count = end - at < 16 ? (uint32_t)(end - at) : 16;
    seen = see(seen, bytes, count);
    seen.printable |= (wasm_i8x16_bitmask(bytes) & ((1u << count) - 1)) << SEEN_BEFORE;
    if (has_row(seen.printable, 4) || (seen.nul && has_row(turns_in(seen), 4))) return 1;
    seen = pass(seen, 16);
  }
  return 0;
}

/* Digits of what is looked at, and as many behind them as are loaded with the last one. */
static uint8_t looked_at[MAX_LOOK + 8 + 16];

/* To be called with a constant, so that there is a loop for each. */
static inline int is_text_of_bits(const uint8_t *digits, uint32_t count, uint32_t bits) {
  const uint32_t step = 2 * bits, total = count * bits / 8;
  seen_bytes seen = {0, 0};
  for (uint32_t at = 0; at < total; at += step, digits += 16) {
    uint32_t here = total - at < step ? total - at : step;
    seen = see(seen, unpack(wasm_v128_load(digits), bits), here);
    if (is_text_seen(seen)) return 1;
    seen = pass(seen, step);
  }
  return 0;
}

static void look_at(const radix *of, const uint8_t *at, uint32_t count) {
  for (uint32_t n = 0; n < count; n++) looked_at[n] = of->digits[at[n]];
}

static int is_text(const radix *of, const uint8_t *at, const uint8_t *end) {
  uint32_t count = (uint32_t)(end - at);
  look_at(of, at, count);
  return of->bits == 4 ? is_text_of_bits(looked_at, count, 4) : is_text_of_bits(looked_at, count, 6);
}
