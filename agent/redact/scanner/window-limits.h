/*
 * Hundreds of patterns may have the same window, where all of a value is escaped, and differ right beside it. Of a window that is limited it is known which
 * four bytes stand behind it in some pattern, and which before it; and then the patterns themselves.
 */
#pragma once

#include "hits.h"
#include "mix.h"

#define MAX_LIMITED (1u << 20)
#define BESIDE_BITS 21
enum { BEHIND, BEFORE, SIDE_COUNT };
static uint32_t limited[MAX_LIMITED / 32];
/* Whatever is on that side: a pattern has not so many bytes there. */
static uint32_t limited_by_other[SIDE_COUNT][MAX_LIMITED / 32];
/* A bit for each hash of a window and four bytes. */
static uint32_t beside[SIDE_COUNT][1 << (BESIDE_BITS - 5)];

/* A window of one pattern. Of its bytes there is a copy, which is what the addresses are of. */
typedef struct {
  const uint8_t *pattern;
  const uint8_t *window;
  const uint8_t *pattern_end;
  uint32_t id;
  /* Index of another one of the same window, plus one. */
  uint32_t next;
} place;

/* One array, which scanner.ts has made for as many as there are; heads are by id. */
static place *places;
static uint32_t place_heads[MAX_LIMITED];
/* There are patterns of which there is no copy. */
static uint32_t has_other_places[MAX_LIMITED / 32];

static inline uint32_t beside_hash(uint32_t id, uint32_t bytes) {
  return (uint32_t)(mix((uint64_t)id << 32 | bytes) >> (64 - BESIDE_BITS));
}

static inline int has_bit(const uint32_t *bits, uint32_t index) { return bits[index >> 5] >> (index & 31) & 1; }

static inline void set_bit(uint32_t *bits, uint32_t index) { bits[index >> 5] |= 1u << (index & 31); }

/* To be told of each pattern that the window is of, for both sides. */
EXPORT(limit_window) void limit_window(uint32_t id, uint32_t side, uint32_t is_any, uint32_t bytes) {
  if (id >= MAX_LIMITED) return;
  set_bit(limited, id);
  if (is_any) set_bit(limited_by_other[side], id);
  else set_bit(beside[side], beside_hash(id, bytes));
}

/* Of a pattern of which there is no copy. */
EXPORT(limit_by_other) void limit_by_other(uint32_t id) {
  if (id < MAX_LIMITED) set_bit(has_other_places, id);
}

/* Those of the indices `[from, to)` anew, where all are now. */
EXPORT(link_places) void link_places(place *all, uint32_t from, uint32_t to) {
  places = all;
  for (uint32_t index = from; index < to; index++) {
    place *added = &places[index];
    if (added->id >= MAX_LIMITED) continue;
    added->next = place_heads[added->id];
    place_heads[added->id] = index + 1;
  }
}

static inline int has_byte(uint32_t bytes, uint8_t byte) {
  uint32_t differing = bytes ^ byte * 0x01010101u;
  return ((differing - 0x01010101u) & ~differing & 0x80808080u) != 0;
}

static inline int is_line_end(uint8_t byte) { return byte == '\n' || byte == '\r'; }

static inline int says_line_goes_on(uint8_t byte) { return byte == '\\' || byte == '=' || byte == '`'; }

/* Where a line breaks, a pattern goes on behind the break: there are line ends, or what says that the line goes on and then a line end. */
static int may_break_behind(const uint8_t *at, const uint8_t *end) {
  uint32_t bytes = load32(at);
  if (has_byte(bytes, '\n') || has_byte(bytes, '\r')) return 1;
  return says_line_goes_on(at[3]) && (at + 4 == end || is_line_end(at[4]));
}

/* Or before it, and before the indentation. */
static int may_break_before(const uint8_t *at) {
  uint32_t bytes = load32(at);
  return has_byte(bytes, '\n') || has_byte(bytes, '\t') || has_byte(bytes, ' ');
}

static inline int may_be_beside(uint32_t side, uint32_t id, const uint8_t *at) {
  return has_bit(limited_by_other[side], id) || has_bit(beside[side], beside_hash(id, load32(at)));
}

/* As known-values/line-break.ts has it. */
#define MAX_INDENTATION 64

/* Whether there is a line break, and behind it and the indentation the byte that is wanted; where a break may be one in another way too, that is not looked at. */
static int may_go_on_over_break(const uint8_t *at, const uint8_t *end, const uint8_t *wanted) {
  const uint8_t *next = at;
  if (says_line_goes_on(*next)) next++;
  else if (!is_line_end(*next)) return 0;
  if (next < end && *next == '\r') next++;
  if (next >= end) return 1;
  if (*next != '\n') return 0;
  if (is_blank(*wanted) || at[-1] == '\r' || says_line_goes_on(at[-1])) return 1;
  const uint8_t *last = end - next > MAX_INDENTATION + 1 ? next + MAX_INDENTATION + 1 : end;
  for (next++; next < last && is_blank(*next);) next++;
  return next >= end || *next == *wanted;
}

/* How far a window is looked at on either side, as known-values/may-stand-around.ts has it. */
#define LOOKED_AT_BEHIND 256
#define LOOKED_AT_BEFORE 16

static int may_go_on_behind(const place *one, const uint8_t *behind, ptrdiff_t width, const uint8_t *end) {
  const uint8_t *wanted = one->window + width;
  ptrdiff_t count = one->pattern_end - wanted;
  if (count > LOOKED_AT_BEHIND) count = LOOKED_AT_BEHIND;
  if (count > end - behind) count = end - behind;
  ptrdiff_t same = 0;
  for (; same < count; same += 8) {
    uint64_t differing = load64(behind + same) ^ load64(wanted + same);
    if (!differing) continue;
    same += __builtin_ctzll(differing) / 8;
    break;
  }
  if (same >= count || may_go_on_over_break(behind + same, end, wanted + same)) return 1;
  /* Behind a newline of its own there may be indentation. */
  for (ptrdiff_t n = -1; n < same; n++)
    if (wanted[n] == '\n') return 1;
  return 0;
}

static int may_go_on_before(const place *one, const uint8_t *at, const uint8_t *start) {
  ptrdiff_t count = one->window - one->pattern;
  if (count > LOOKED_AT_BEFORE) count = LOOKED_AT_BEFORE;
  if (count > at - start) count = at - start;
  for (ptrdiff_t n = 1; n <= count; n++)
    if (at[-n] != one->window[-n]) return at[-n] == '\n' || at[-n] == '\t' || at[-n] == ' ';
  return 1;
}

/* Apart from the loop over every byte, which needs all the registers there are. */
__attribute__((noinline)) static int has_pattern_around(uint32_t id, const uint8_t *at, ptrdiff_t width, searched text) {
  if (has_bit(has_other_places, id)) return 1;
  for (uint32_t index = place_heads[id]; index; index = places[index - 1].next) {
    const place *one = &places[index - 1];
    if (may_go_on_behind(one, at + width, width, text.end) && may_go_on_before(one, at, text.start)) return 1;
  }
  return place_heads[id] == 0;
}

/* As known-values/may-stand-around.ts says of all patterns that have the window; it looks less far. */
static inline int may_stand_around(uint32_t id, const uint8_t *at, ptrdiff_t width, searched text) {
  if (id >= MAX_LIMITED || !has_bit(limited, id)) return 1;
  const uint8_t *behind = at + width, *before = at - 4;
  if (text.end - behind >= 4 && !may_be_beside(BEHIND, id, behind) && !may_break_behind(behind, text.end)) return 0;
  if (at - text.start >= 4 && !may_be_beside(BEFORE, id, before) && !may_break_before(before)) return 0;
  return has_pattern_around(id, at, width, text);
}
