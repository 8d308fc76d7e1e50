/* Runs that may be decoded. decode/decodable-runs.ts is the definition; the tests hold this against it. */
#pragma once

#include "run-content.h"
#include "run-rows.h"

#define MAX_RUNS 4096

typedef struct {
  uint32_t kind;
  uint32_t start;
  uint32_t end;
  uint32_t alignments;
} run;

static run runs[MAX_RUNS];
static uint32_t run_count;

EXPORT(runs_at) run *runs_at(void) { return runs; }
EXPORT(run_count_of) uint32_t run_count_of(void) { return run_count; }

static void note_run(uint32_t kind, const uint8_t *start, const uint8_t *last, const uint8_t *end, uint32_t may_hold_text) {
  const radix *of = &radixes[kind];
  if (last - start < of->min_characters || run_count == MAX_RUNS) return;
  uint32_t alignments =
      kind == BASE32 ? find_base32_text(of, start, last) : find_gzip(of, start, last - start > MAX_LOOK + 4 ? start + MAX_LOOK + 4 : last);
  for (uint32_t alignment = 0; kind != BASE32 && alignment < of->characters_in_group; alignment++) {
    const uint8_t *from = start + alignment;
    const uint8_t *to = last - from > MAX_LOOK ? from + MAX_LOOK : last;
    if (looks_like_text(kind, from, to, may_hold_text)) alignments |= 1u << alignment;
  }
  if (!alignments) return;
  const uint8_t *padded = last;
  while (padded < end && padded - last < of->max_padding && *padded == '=') padded++;
  runs[run_count++] = (run){kind, (uint32_t)(uintptr_t)start, (uint32_t)(uintptr_t)padded, alignments};
}

/* One character of every `min_characters` is looked at: a run that is long enough has one of them. */
static void note_runs_within(uint32_t kind, const uint8_t *start, const uint8_t *last, const uint8_t *end) {
  const radix *of = &radixes[kind];
  const uint8_t *begin = start;
  for (const uint8_t *at = start + of->min_characters - 1; at < last; at += of->min_characters) {
    if (of->digits[*at] == NO_DIGIT) continue;
    const uint8_t *first = at, *behind = at + 1;
    while (first > begin && of->digits[first[-1]] != NO_DIGIT) first--;
    while (behind < last && of->digits[*behind] != NO_DIGIT) behind++;
    note_run(kind, first, behind, end, 1);
    at = begin = behind;
  }
}

static int has_mark(const uint8_t *at, const uint8_t *end) {
  for (; end - at >= 16; at += 16)
    if (wasm_v128_any_true(wasm_v128_load(at))) return 1;
  for (; at < end; at++)
    if (*at) return 1;
  return 0;
}

/* The characters of hex and base32 are among those of base64, so their runs lie within its runs. */
static void note_runs(const uint8_t *start, const uint8_t *last, const uint8_t *end, const uint8_t *marks) {
  const uint8_t *at = start;
  /* With what may part it from what is beside it, a line break or padding, but not over the NUL that parts what was decoded. */
  const uint8_t *behind = last;
  while (behind < last + 8 && behind < end && *behind) behind++;
  if (marks && !has_mark(marks - 1, marks + (behind - start))) return;
  while (at < last && radixes[HEX].digits[*at] != NO_DIGIT) at++;
  if (at == last) {
    note_run(HEX, start, last, end, 1);
    note_runs_within(BASE32, start, last, end);
    return;
  }
  const uint32_t inside = what_may_be_in_run(start, last);
  note_run(BASE64, start, last, end, inside & MAY_HOLD_TEXT);
  if (inside & MAY_HOLD_HEX) note_runs_within(HEX, start, last, end);
  if (inside & MAY_HOLD_BASE32) note_runs_within(BASE32, start, last, end);
}

/* Bit n is set when byte n of the sixteen is of `0-9A-Za-z+/_-`: both of its halves allow one of the groups. */
static inline uint32_t base64_characters(const uint8_t *at) {
  const v128_t high_groups = wasm_i8x16_const(0, 0, 1, 2, 4, 8, 4, 16, 0, 0, 0, 0, 0, 0, 0, 0);
  /* By the low half: 1 is + - /, 2 is 0-9, 4 is A-O and a-o, 8 is P-Z and _, 16 is p-z. */
  const v128_t low_groups = wasm_i8x16_const(2 | 8 | 16, 2 | 4 | 8 | 16, 2 | 4 | 8 | 16, 2 | 4 | 8 | 16, 2 | 4 | 8 | 16, 2 | 4 | 8 | 16,
                                             2 | 4 | 8 | 16, 2 | 4 | 8 | 16, 2 | 4 | 8 | 16, 2 | 4 | 8 | 16, 4 | 8 | 16, 1 | 4, 4, 1 | 4, 4, 1 | 4 | 8);
  v128_t bytes = wasm_v128_load(at);
  v128_t high = wasm_i8x16_swizzle(high_groups, wasm_u8x16_shr(bytes, 4));
  v128_t low = wasm_i8x16_swizzle(low_groups, wasm_v128_and(bytes, wasm_i8x16_splat(15)));
  return 0xffff & ~wasm_i8x16_bitmask(wasm_i8x16_eq(wasm_v128_and(high, low), wasm_i8x16_splat(0)));
}

/*
 * Runs from `from` on, up to 15 bytes behind `end` are read and do not count. Returns `end`, or where to go on when `runs` is full, which is never
 * within a run. `marks`, where it is not null, has a byte for each from `from` on: runs without one that is set were decoded already, in the text that
 * this one was read of.
 */
EXPORT(scan_runs)
const uint8_t *scan_runs(const uint8_t *from, const uint8_t *end, const uint8_t *marks) {
  const uint8_t *scanned = from;
  const ptrdiff_t least = radixes[BASE64].min_characters;
  const uint8_t *begun = from;
  run_count = 0;
  for (const uint8_t *at = from; at < end; at += 16) {
    uint32_t of_run = base64_characters(at);
    if (end - at < 16) of_run &= (1u << (end - at)) - 1;
    if (of_run == 0xffff) continue;
    /* What does not belong to a run ends the one before it; of those in between, fifteen at most, none is long enough. */
    const uint8_t *last = at + __builtin_ctz(~of_run);
    if (last - begun >= least) {
      /* A run has its own, and one of hex or base32 for 20 of its characters at least. */
      if (run_count > 0 && run_count + 2 + 2 * (uint32_t)(last - begun) / 20 > MAX_RUNS) return begun;
      note_runs(begun, last, end, marks ? marks + (begun - scanned) : 0);
    }
    begun = at + (32 - __builtin_clz(0xffff & ~of_run));
  }
  if (end - begun >= least) note_runs(begun, end, end, marks ? marks + (begun - scanned) : 0);
  return end;
}
