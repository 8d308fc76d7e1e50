/*
 * Runs of digits that are whole on their line, decoded into a batch before anything of them is known to TypeScript: what decode/decode-run.ts says of them.
 * That is asked about all others: those that may go on in other lines, and those in which something is packed.
 */
#pragma once

#include "escapes.h"
#include "unpacked-text.h"

/* What `mayHoldSecret` wants, beside bytes that are by turns printable and NUL. */
#define MIN_VALUE 8
/* Above the bits of syntaxes: the word says in its place how the run was decoded. */
#define PLAIN_RUN 0x100u
enum { NOT_PLAIN = -1, NO_ROOM = -2 };

static uint8_t run_digits[MAX_PIECE + 16];

typedef struct {
  const uint8_t *start;
  /* After its last character, and after the padding. */
  const uint8_t *last;
  const uint8_t *end;
} plain_run;

/* Where nothing but the line's end stands behind the run, the lines below may be of it; but not what parts decoded stretches. */
static int may_go_on(plain_run run, const uint8_t *text_end, uint32_t is_open) {
  const uint8_t *at = run.end;
  if (is_open && at == text_end) return 1;
  if (run.last < at) return 0;
  if (at < text_end && *at == '\r') at++;
  if (at < text_end && *at != '\n') return 0;
  if (text_end - at <= 1) return (int)is_open;
  return !(text_end - at > 2 && at[1] == 0 && at[2] == '\n');
}

static inline int has_row(uint32_t bits, uint32_t least) {
  bits &= bits >> 1;
  bits &= bits >> 2;
  return (least == 4 ? bits : bits & bits >> 4) != 0;
}

static inline uint32_t turns_in(seen_bytes seen) { return (seen.printable & seen.nul >> 1) | (seen.nul & seen.printable >> 1); }

enum { HOLDS_NOTHING, HOLDS_TEXT, HOLDS_MORE };

/*
 * RFC 1951, section 3.2.3: whether a stream that begins there may give any byte. A stored block repeats its length with all bits turned, and one with codes of
 * its own has 286 of one kind at most and 30 of the other. Nothing begins a block of the fourth kind.
 */
static int may_begin_block(const uint8_t *at, const uint8_t *end) {
  if (at >= end) return 0;
  uint32_t kind = *at >> 1 & 3;
  if (kind == 0) return end - at >= 5 && (at[1] ^ at[3]) == 0xff && (at[2] ^ at[4]) == 0xff;
  if (kind == 2) return end - at >= 2 && *at >> 3 <= 286 - 257 && (at[1] & 31) < 30;
  return kind == 1;
}

static int holds_packed(const uint8_t *bytes, uint32_t count, int may_be_gzip) {
  uint32_t flags = bytes[1];
  if (count > 2 && bytes[0] == 0x78 && (flags == 0x01 || flags == 0x5e || flags == 0x9c || flags == 0xda)) {
    /* As decode/inflate.ts: no gzip is looked for in it, and what is no block leaves the bytes as they are. */
    return may_begin_block(bytes + 2, bytes + count);
  }
  for (uint32_t n = 0; may_be_gzip && n + 2 < count; n++)
    if (bytes[n] == 0x1f && bytes[n + 1] == 0x8b && bytes[n + 2] == 0x08) return 1;
  return 0;
}

/* To be called with a constant, as is_text_of_bits. */
static inline int decode_digits(const uint8_t *digits, uint32_t count, uint32_t bits, uint8_t *to) {
  const uint32_t step = 2 * bits, total = count * bits / 8;
  seen_bytes seen = {0, 0};
  int has_text = 0;
  v128_t gzip = wasm_i8x16_splat(0);
  for (uint32_t at = 0; at < total; at += step, digits += 16) {
    v128_t bytes = unpack(wasm_v128_load(digits), bits);
    wasm_v128_store(to + at, bytes);
    gzip = wasm_v128_or(gzip, equal(bytes, 0x1f));
    seen = see(seen, bytes, total - at < step ? total - at : step);
    has_text |= has_row(seen.printable, MIN_VALUE);
    if (seen.nul && has_row(turns_in(seen), MIN_VALUE)) return HOLDS_MORE;
    seen = pass(seen, step);
  }
  if (holds_packed(to, total, wasm_v128_any_true(gzip))) return HOLDS_MORE;
  return has_text ? HOLDS_TEXT : HOLDS_NOTHING;
}

/*
 * What the run says at each of its alignments, and marks that all of it stands otherwise in its source: how many stretches, or that it is no plain run, or that
 * there is no room for it.
 */
EXPORT(decode_run)
int32_t decode_run(uint32_t kind, const uint8_t *start, const uint8_t *end, uint32_t alignments, const uint8_t *text_end, uint32_t is_open,
                   uint8_t *room, uint8_t *marks, const uint8_t *room_end) {
  const radix *of = &radixes[kind];
  plain_run run = {start, end, end};
  while (run.last > start && run.last[-1] == '=') run.last--;
  uint32_t length = (uint32_t)(run.last - start);
  if (length > MAX_PIECE || may_go_on(run, text_end, is_open)) return NOT_PLAIN;
  for (uint32_t n = 0; n < length; n++) run_digits[n] = of->digits[start[n]];
  int32_t count = 0;
  for (uint32_t alignment = 0; alignment < of->characters_in_group; alignment++) {
    if (!(alignments >> alignment & 1)) continue;
    const uint8_t *digits = run_digits + alignment;
    uint32_t left = length - alignment, total = left * of->bits / 8;
    if (room_end - room < (ptrdiff_t)total + SEPARATOR_BYTES + WRITE_SLACK) return NO_ROOM;
    int held = kind == HEX ? decode_digits(digits, left, 4, room) : kind == BASE32 ? decode_digits(digits, left, 5, room) : decode_digits(digits, left, 6, room);
    if (held == HOLDS_MORE) return NOT_PLAIN;
    if (held == HOLDS_NOTHING) continue;
    uint8_t *behind = room + total;
    __builtin_memset(marks, 1, total);
    __builtin_memset(marks + total, 0, SEPARATOR_BYTES);
    behind[0] = '\n', behind[1] = 0, behind[2] = '\n';
    escaped_stretches[count++] = (escaped){(uint32_t)(uintptr_t)room,  (uint32_t)(uintptr_t)behind,  PLAIN_RUN | kind << 4 | alignment,
                                           (uint32_t)(uintptr_t)start, (uint32_t)(uintptr_t)run.end, (uint32_t)(uintptr_t)run.last};
    marks += total + SEPARATOR_BYTES;
    room = behind + SEPARATOR_BYTES;
  }
  return count;
}

/* Of what was unpacked: a given value has four bytes at least, and those of other scripts are above 0x7f. */
EXPORT(may_hold_value)
uint32_t may_hold_value(const uint8_t *at, const uint8_t *end) {
  seen_bytes seen = {0, 0};
  for (; at < end; at += 16) {
    v128_t bytes = wasm_v128_load(at);
    uint32_t count = end - at < 16 ? (uint32_t)(end - at) : 16;
    seen = see(seen, bytes, count);
    seen.printable |= (wasm_i8x16_bitmask(bytes) & ((1u << count) - 1)) << SEEN_BEFORE;
    if (has_row(seen.printable, 4) || (seen.nul && has_row(turns_in(seen), 4))) return 1;
    seen = pass(seen, 16);
  }
  return 0;
}
