/*
 * Runs of digits that are whole on their line, decoded into a batch before anything of them is known to TypeScript: what decode/decode-run.ts says of them.
 * That is asked about all others: those that may go on in other lines, and those that hold UTF-16.
 */
#pragma once

#include "escapes.h"
#include "packed-bytes.h"
#include "unpacked-text.h"

/* What `mayHoldSecret` wants, beside bytes that are by turns printable and NUL. */
#define MIN_VALUE 8
/* Above the bits of syntaxes: the word says in its place how the run was decoded. */
#define PLAIN_RUN 0x100u
/* And that it was unpacked then, and of what it was decoded to from which byte on. */
#define UNPACKED_RUN 0x200u
#define PACKED_AT_SHIFT 12
#define CUT_SHIFT 8
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

/* Bits: text, or what may be packed; and bytes that are by turns printable and NUL, of which TypeScript knows more. */
enum { HOLDS_TEXT = 1, HOLDS_PACKED = 2, HOLDS_WIDE = 4 };

static int may_hold_packed(const uint8_t *bytes, uint32_t count, int may_be_gzip) {
  if (count > 2 && bytes[0] == 0x78) return 1;
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
    if (seen.nul && has_row(turns_in(seen), MIN_VALUE)) return HOLDS_WIDE;
    seen = pass(seen, step);
  }
  return (has_text ? HOLDS_TEXT : 0) | (may_hold_packed(to, total, wasm_v128_any_true(gzip)) ? HOLDS_PACKED : 0);
}

/* Where what is decoded of a run goes, and what it becomes there. */
typedef struct {
  plain_run run;
  uint8_t *room;
  uint8_t *marks;
  const uint8_t *room_end;
  uint32_t stretches;
  /* Of those that were packed, how many would have been larger than they may be. */
  uint32_t cut;
} run_reading;

static int has_room(const run_reading *to, uint32_t count) {
  return to->room_end - to->room >= (ptrdiff_t)count + SEPARATOR_BYTES + WRITE_SLACK;
}

/* Of so many bytes that were written there. */
static void add_stretch(run_reading *to, uint32_t count, uint32_t form) {
  uint8_t *behind = to->room + count;
  __builtin_memset(to->marks, 1, count);
  __builtin_memset(to->marks + count, 0, SEPARATOR_BYTES);
  behind[0] = '\n', behind[1] = 0, behind[2] = '\n';
  escaped_stretches[to->stretches++] = (escaped){(uint32_t)(uintptr_t)to->room,      (uint32_t)(uintptr_t)behind,
                                                 PLAIN_RUN | form,                   (uint32_t)(uintptr_t)to->run.start,
                                                 (uint32_t)(uintptr_t)to->run.end,   (uint32_t)(uintptr_t)to->run.last};
  to->marks += count + SEPARATOR_BYTES;
  to->room = behind + SEPARATOR_BYTES;
}

/* Whether there was room for it. */
static int add_unpacked(run_reading *to, packed_bytes packed, uint32_t form) {
  uint32_t most = packed.length * MAX_INFLATE_RATIO;
  if (!has_room(to, most < MAX_INFLATED ? most : MAX_INFLATED)) return 0;
  inflating stream = {.first = to->room};
  int32_t packed_at = unpack_bytes(packed, &stream);
  if (packed_at < 0) return 1;
  to->cut += (uint32_t)stream.is_cut;
  if (may_hold_value(stream.first, stream.to)) {
    add_stretch(to, (uint32_t)(stream.to - stream.first), UNPACKED_RUN | form | (uint32_t)packed_at << PACKED_AT_SHIFT);
  }
  return 1;
}

/*
 * What the run says at each of its alignments, and marks that all of it stands otherwise in its source: how many stretches, and above their number how many were
 * cut, or that it is no plain run, or that there is no room for it.
 */
EXPORT(decode_run)
int32_t decode_run(uint32_t kind, const uint8_t *start, const uint8_t *end, uint32_t alignments, const uint8_t *text_end, uint32_t is_open,
                   uint8_t *room, uint8_t *marks, const uint8_t *room_end) {
  static uint8_t packed[MAX_PIECE * 6 / 8 + INFLATE_SLACK];
  const radix *of = &radixes[kind];
  run_reading to = {{start, end, end}, room, marks, room_end, 0, 0};
  while (to.run.last > start && to.run.last[-1] == '=') to.run.last--;
  uint32_t length = (uint32_t)(to.run.last - start);
  if (length > MAX_PIECE || may_go_on(to.run, text_end, is_open)) return NOT_PLAIN;
  for (uint32_t n = 0; n < length; n++) run_digits[n] = of->digits[start[n]];
  for (uint32_t alignment = 0; alignment < of->characters_in_group; alignment++) {
    if (!(alignments >> alignment & 1)) continue;
    const uint8_t *digits = run_digits + alignment;
    uint32_t left = length - alignment, total = left * of->bits / 8, form = kind << 4 | alignment;
    if (!has_room(&to, total)) return NO_ROOM;
    int held = kind == HEX      ? decode_digits(digits, left, 4, to.room)
               : kind == BASE32 ? decode_digits(digits, left, 5, to.room)
                                : decode_digits(digits, left, 6, to.room);
    if (held & HOLDS_WIDE) return NOT_PLAIN;
    if (held & HOLDS_PACKED) {
      __builtin_memcpy(packed, to.room, total);
      __builtin_memset(packed + total, 0, INFLATE_SLACK);
    }
    if (held & HOLDS_TEXT) add_stretch(&to, total, form);
    if ((held & HOLDS_PACKED) && !add_unpacked(&to, (packed_bytes){packed, total}, form)) return NO_ROOM;
  }
  return (int32_t)(to.stretches | to.cut << CUT_SHIFT);
}
