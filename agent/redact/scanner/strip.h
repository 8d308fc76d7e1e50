/* Terminal sequences and stamps: the text without them, and which byte of the input each stretch of it is from. */
#pragma once

#include "bytes.h"

typedef struct {
  uint32_t text_at;
  uint32_t input_at;
} stretch;

static uint32_t stretch_count;
EXPORT(stretch_count_of) uint32_t stretch_count_of(void) { return stretch_count; }

#define ESCAPE 0x1b
#define BELL 0x07
/* xterm takes 30 parameters of 5 digits; what is longer is no sequence that a terminal knows. */
#define MAX_PARAMETERS 160

/*
 * ECMA-48. Behind ESC: `[`, parameters, intermediates and a final byte; or intermediates and a final byte; or one byte. What stands in
 * a string sequence (a title, a link) is shown by some terminals and kept by every log, so it stays as text: only ESC and its letter are
 * taken, and the ST that ends it, which is ESC and a backslash.
 */
static const uint8_t *behind_sequence(const uint8_t *escape, const uint8_t *end) {
  const uint8_t *at = escape + 1;
  if (at == end || *at < 0x20 || *at > 0x7e) return at;
  if (*at == '[') {
    const uint8_t *last = end - at > MAX_PARAMETERS ? at + MAX_PARAMETERS : end;
    at++;
    while (at < last && *at >= 0x20 && *at <= 0x3f) at++;
    return at < last && *at >= 0x40 && *at <= 0x7e ? at + 1 : escape + 2;
  }
  for (int i = 0; i < 3 && at < end && *at >= 0x20 && *at <= 0x2f; i++) at++;
  return at < end && *at >= 0x30 && *at <= 0x7e ? at + 1 : at;
}

/*
 * A call of the runtime, which `memory.copy` is, takes longer than a line does so. Up to 15 bytes behind it are read, and written where nothing is yet.
 */
static inline void copy_by_sixteens(uint8_t *to, const uint8_t *from, ptrdiff_t count) {
  for (ptrdiff_t n = 0; n < count; n += 16) wasm_v128_store(to + n, wasm_v128_load(from + n));
}

/* A `d` is any digit. */
static inline int has_form(const uint8_t *at, v128_t form) {
  v128_t bytes = wasm_v128_load(at);
  v128_t is_digit = wasm_u8x16_lt(wasm_i8x16_sub(bytes, wasm_i8x16_splat('0')), wasm_i8x16_splat(10));
  return wasm_i8x16_all_true(wasm_v128_bitselect(is_digit, wasm_i8x16_eq(bytes, form), equal(form, 'd')));
}

/* `2026-11-21T22:58:08.1234567Z `, with 3 to 9 digits of a second, as GitHub, Kubernetes and Docker put before a line; a byte order mark before. */
static const uint8_t *behind_stamp(const uint8_t *line, const uint8_t *end) {
  const uint8_t *at = line;
  if (end - at < 25) return line;
  if (at[0] == 0xef && at[1] == 0xbb && at[2] == 0xbf) at += 3;
  if (end - at < 25 || !has_form(at, wasm_u8x16_const('d', 'd', 'd', 'd', '-', 'd', 'd', '-', 'd', 'd', 'T', 'd', 'd', ':', 'd', 'd')) ||
      !has_form(at + 7, wasm_u8x16_const('-', 'd', 'd', 'T', 'd', 'd', ':', 'd', 'd', ':', 'd', 'd', '.', 'd', 'd', 'd')))
    return line;
  at += 23;
  for (int i = 0; i < 6 && at < end && is_digit(*at); i++) at++;
  return end - at >= 2 && at[0] == 'Z' && at[1] == ' ' ? at + 2 : line;
}

static const uint8_t *next_of_either(const uint8_t *at, const uint8_t *end) {
  for (; at + 16 <= end; at += 16) {
    uint32_t found = matches(at, ESCAPE) | matches(at, '\n');
    if (found) return at + __builtin_ctz(found);
  }
  while (at < end && *at != ESCAPE && *at != '\n') at++;
  return at;
}

/*
 * Writes the text to `to`, at most as long as the input, and its stretches, at most one more than there are ESC and newlines. Returns
 * the end of the text. Where nothing had to be taken out there are no stretches and nothing is written: the input is the text.
 */
EXPORT(strip)
uint8_t *strip(const uint8_t *from, const uint8_t *end, uint8_t *to, stretch *stretches, uint32_t begins_line) {
  uint8_t *written = to;
  const uint8_t *kept = begins_line ? behind_stamp(from, end) : from;
  uint32_t count = 0;
  const uint8_t *at = kept;
  if (kept != from) stretches[count++] = (stretch){(uint32_t)(uintptr_t)written, (uint32_t)(uintptr_t)kept};
  while (at < end) {
    at = next_of_either(at, end);
    if (at == end) break;
    const uint8_t *resume;
    if (*at == '\n') {
      at++;
      resume = behind_stamp(at, end);
      if (resume == at) continue;
    } else {
      resume = behind_sequence(at, end);
    }
    if (count == 0) stretches[count++] = (stretch){(uint32_t)(uintptr_t)written, (uint32_t)(uintptr_t)from};
    copy_by_sixteens(written, kept, at - kept);
    written += at - kept;
    if (stretches[count - 1].text_at == (uint32_t)(uintptr_t)written) count--;
    stretches[count++] = (stretch){(uint32_t)(uintptr_t)written, (uint32_t)(uintptr_t)resume};
    kept = at = resume;
  }
  stretch_count = count;
  if (count == 0) return to;
  copy_by_sixteens(written, kept, end - kept);
  return written + (end - kept);
}
