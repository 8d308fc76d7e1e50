/* Whether there is text in what a run says, or something packed. */
#pragma once

#include "unpacked-text.h"

/*
 * Whether the bytes of a group are all below 0x80, as in all text: of base64 three bytes in four characters, of hex one in two. Of random groups one in eight is, or
 * one in two.
 */
static inline int is_low_group(const radix *of, ptrdiff_t width, const uint8_t *at) {
  const uint8_t *digits = of->digits;
  return width == 2 ? digits[*at] < 8 : !((digits[at[0]] & 32) | (digits[at[1]] & 8) | (digits[at[2]] & 2));
}

/*
 * Twelve bytes of text in a row hold so many whole groups in a row that some of every `stride` is in it: one is looked at, and what is around it where it is low.
 */
static inline int holds_text(const radix *of, ptrdiff_t width, const uint8_t *start, const uint8_t *end) {
  const ptrdiff_t least = width == 2 ? MIN_PRINTABLE : MIN_PRINTABLE / 3 - 1;
  for (const uint8_t *at = start + (least - 1) * width; at + width <= end; at += least * width) {
    if (!is_low_group(of, width, at)) continue;
    const uint8_t *first = at, *behind = at + width;
    while (first - width >= start && at - first < least * width && is_low_group(of, width, first - width)) first -= width;
    while (behind + width <= end && is_low_group(of, width, behind)) behind += width;
    if (behind - first < least * width) continue;
    /* The groups beside it may have some of the bytes. */
    const uint8_t *from = first - start > width ? first - width : start;
    const uint8_t *to = end - behind > width ? behind + width : end;
    if (is_text(of, from, to)) return 1;
    at = behind - width;
  }
  return 0;
}

/* The first byte from `at` on, or -1. */
static int32_t byte_at(const radix *of, const uint8_t *at, const uint8_t *end) {
  if (end - at < 2) return -1;
  return (uint8_t)(((uint32_t)of->digits[at[0]] << of->bits | of->digits[at[1]]) >> (2 * of->bits - 8));
}

/* RFC 1952: of base64 `H4sI` is 1f 8b 08, and flags below 0x20 follow. At the first byte of some group. */
static uint32_t find_gzip(const radix *of, const uint8_t *start, const uint8_t *end) {
  const ptrdiff_t width = of->characters_in_group;
  uint32_t alignments = 0;
  for (const uint8_t *at = start; at + 6 <= end; at++) {
    uint32_t places = width == 4 ? wasm_i8x16_bitmask(wasm_v128_and(equal(wasm_v128_load(at), 'H'), equal(wasm_v128_load(at + 1), '4')))
                                 : wasm_i8x16_bitmask(wasm_v128_and(equal(wasm_v128_load(at), '1'), equal(wasm_v128_load(at + 2), '8')));
    at += places ? __builtin_ctz(places) : 15;
    if (!places || at + 6 > end) continue;
    int is_magic = width == 4 ? at[2] == 's' && at[3] == 'I' : lowered(at[1]) == 'f' && lowered(at[3]) == 'b' && at[4] == '0' && at[5] == '8';
    if (!is_magic) continue;
    const uint8_t *first = start + (at - start) % width;
    int32_t flags = byte_at(of, width == 4 ? at + 4 : at + 6, end - first > MAX_LOOK ? first + MAX_LOOK : end);
    if (flags >= 0 && flags < 0x20) alignments |= 1u << (first - start);
  }
  return alignments;
}

/* RFC 1950, at the start alone. */
static int begins_zlib(const radix *of, const uint8_t *at, const uint8_t *end) {
  const uint8_t *digits = of->digits;
  uint32_t bytes;
  if (of->bits == 6) {
    if (*at != 'e' || end - at < 4) return 0;
    bytes = (uint32_t)digits[at[0]] << 18 | (uint32_t)digits[at[1]] << 12 | (uint32_t)digits[at[2]] << 6 | digits[at[3]];
  } else {
    if (end - at < 6) return 0;
    bytes = 0;
    for (int i = 0; i < 6; i++) bytes = bytes << 4 | digits[at[i]];
  }
  uint32_t flags = bytes >> 8 & 0xff;
  return bytes >> 16 == 0x78 && (flags == 0x01 || flags == 0x5e || flags == 0x9c || flags == 0xda) && (bytes & 0x06) != 0x06;
}

/* Nobody writes compressed data in it. */
static uint32_t find_base32_text(const radix *of, const uint8_t *start, const uint8_t *last) {
  uint32_t count = (uint32_t)(last - start), alignments = 0;
  look_at(of, start, count > MAX_LOOK + 8 ? MAX_LOOK + 8 : count);
  for (uint32_t alignment = 0; alignment < of->characters_in_group; alignment++) {
    uint32_t left = count - alignment;
    if (is_text_of_bits(looked_at + alignment, left > MAX_LOOK ? MAX_LOOK : left, 5)) alignments |= 1u << alignment;
  }
  return alignments;
}

static int looks_like_text(uint32_t kind, const uint8_t *from, const uint8_t *to, uint32_t may_hold_text) {
  const radix *of = &radixes[kind];
  return (may_hold_text && (kind == BASE64 ? holds_text(of, 4, from, to) : holds_text(of, 2, from, to))) || begins_zlib(of, from, to);
}
