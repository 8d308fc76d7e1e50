/*
 * The loops over every byte. They say where something may be; TypeScript, which sees a thousandth of the bytes, decides. Compiled
 * to WebAssembly by scripts/build-scanner.mjs; scanner.ts holds the same layouts and owns all memory from __heap_base on.
 */
#include <stddef.h>
#include <stdint.h>
#include <wasm_simd128.h>

#define EXPORT(name) __attribute__((export_name(#name)))

typedef struct {
  uint32_t position;
  uint32_t id;
} hit;

/* Filled by whichever function ran last; of a text that has more of them, it is asked again from where it stopped. */
#define MAX_HITS 8192
static hit hits[MAX_HITS];
static uint32_t hit_count;

static uint32_t class_bits[256];

EXPORT(hits_at) hit *hits_at(void) { return hits; }
EXPORT(hit_count_of) uint32_t hit_count_of(void) { return hit_count; }
EXPORT(class_bits_at) uint32_t *class_bits_at(void) { return class_bits; }

static inline uint32_t load32(const uint8_t *at) {
  uint32_t value;
  __builtin_memcpy(&value, at, 4);
  return value;
}

static inline uint64_t load64(const uint8_t *at) {
  uint64_t value;
  __builtin_memcpy(&value, at, 8);
  return value;
}

static inline int is_of(uint8_t byte, uint32_t bits) { return (class_bits[byte] & bits) != 0; }

static inline int is_digit(uint8_t byte) { return byte >= '0' && byte <= '9'; }

static inline int is_blank(uint8_t byte) { return byte == ' ' || byte == '\t'; }

static inline uint8_t lowered(uint8_t byte) { return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte; }

/* ---- Anchors: four bytes of each are hashed, with the bit set that tells small letters from capitals. ---- */

#define GRAM_BYTES 4
/* Of the filter, which stays near the first cache, and of the table behind it. */
#define FILTER_BITS 18
#define HEAD_BITS 16
#define MAX_ANCHORS 4096
#define MAX_LITERAL 32
/* Of what an anchor may not stand before. */
#define MAX_RUN 256
/* An anchor of three bytes has one for each byte that may follow. */
#define MAX_GRAMS 32768

enum { IGNORE_CASE = 1, IS_ASSIGNED = 2, OF_TOKEN = 4, OF_PASSWORD = 8 };

typedef struct {
  uint8_t literal[MAX_LITERAL];
  uint8_t length;
  /* Where in the literal the hashed bytes begin. */
  uint8_t gram_at;
  uint8_t flags;
  uint8_t reserved;
  uint32_t not_after;
  uint32_t followed_by;
  uint32_t at_least;
  uint32_t not_before_run;
  uint32_t not_before_end;
  uint32_t not_in_row_of;
} anchor;

typedef struct {
  /* Folded: most of what the filter lets through is something else with the same hash. Of a lead they do not count. */
  uint32_t bytes;
  uint16_t anchor;
  /* Index of another one with the same hash, plus one. */
  uint16_t next;
} gram;

static anchor anchors[MAX_ANCHORS];
static gram grams[MAX_GRAMS];
static uint32_t gram_count;
/* A byte for each: to get at a bit takes longer than to get at another cache line. */
static uint8_t gram_filter[1 << FILTER_BITS];
static uint16_t gram_heads[1 << HEAD_BITS];
/* Those of three bytes may end a text, and then no byte follows. */
static uint16_t short_anchors[64];
static uint32_t short_anchor_count;

/*
 * Anchors of two or three bytes that begin with a byte that is rare. There is one for each letter, so that a filter of four bytes would let everything
 * through. By the second byte, in small letters: indices plus one, chained by `gram.next`.
 */
static const uint8_t LEADS[] = {0};
#define LEAD_COUNT (sizeof LEADS)
static uint16_t lead_heads[LEAD_COUNT][256];
static uint32_t lead_anchor_count;
/* Whether some of them have a second byte like the first: where many stand in a row, none of the others can. */
static uint32_t has_double_lead;
/* What all of them may not be in a row of. */
static uint32_t all_leads_begin_rows;

EXPORT(anchors_at) anchor *anchors_at(void) { return anchors; }

/* Of bytes with that bit set. */
static inline uint32_t gram_hash(uint32_t folded) { return folded * 0xc2b2ae35u; }

static inline uint32_t folded(uint32_t bytes) { return bytes | 0x20202020; }

static inline uint32_t may_be_gram(uint32_t hash) { return gram_filter[hash >> (32 - FILTER_BITS)]; }

static int link_gram(uint32_t bytes, uint32_t index) {
  uint32_t hash = gram_hash(folded(bytes));
  uint16_t *head = &gram_heads[hash >> (32 - HEAD_BITS)];
  gram_filter[hash >> (32 - FILTER_BITS)] = 1;
  if (*head && grams[*head - 1].anchor == index && grams[*head - 1].bytes == folded(bytes)) return 1;
  if (gram_count == MAX_GRAMS - 1) return 0;
  grams[gram_count++] = (gram){folded(bytes), (uint16_t)index, *head};
  *head = (uint16_t)gram_count;
  return 1;
}

static uint32_t link_lead(uint32_t index, uint32_t lead) {
  uint16_t *head = &lead_heads[lead][lowered(anchors[index].literal[1])];
  if (gram_count == MAX_GRAMS - 1) return 0;
  grams[gram_count++] = (gram){0, (uint16_t)index, *head};
  *head = (uint16_t)gram_count;
  all_leads_begin_rows = lead_anchor_count++ ? all_leads_begin_rows & anchors[index].not_in_row_of : anchors[index].not_in_row_of;
  has_double_lead |= anchors[index].literal[1] == LEADS[lead];
  return 1;
}

/* Whether there was room. */
EXPORT(link_anchor) uint32_t link_anchor(uint32_t index) {
  const anchor *added = &anchors[index];
  if (added->length < GRAM_BYTES)
    for (uint32_t lead = 0; lead < LEAD_COUNT; lead++)
      if (added->literal[0] == LEADS[lead]) return link_lead(index, lead);
  if (added->length < 3) return 0;
  uint32_t bytes = load32(added->literal + added->gram_at);
  if (added->length >= GRAM_BYTES) return link_gram(bytes, index);
  if (short_anchor_count == sizeof short_anchors / sizeof *short_anchors) return 0;
  short_anchors[short_anchor_count++] = (uint16_t)index;
  for (uint32_t byte = 0; byte < 256; byte++) {
    if (added->followed_by && !is_of((uint8_t)byte, added->followed_by)) continue;
    if (!link_gram((bytes & 0xffffff) | byte << 24, index)) return 0;
  }
  return 1;
}

static inline int is_of_name(uint8_t byte) {
  uint8_t letter = byte | 0x20;
  return (letter >= 'a' && letter <= 'z') || (byte >= '0' && byte <= '9') || byte == '_' || byte == '.' || byte == '-';
}

static int is_assigned(const uint8_t *at, const uint8_t *end) {
  const uint8_t *name_end = end - at > 32 ? at + 32 : end;
  while (at < name_end && is_of_name(*at)) at++;
  for (int i = 0; i < 2 && at < end && (*at == '"' || *at == '\'' || *at == '`' || *at == '\\' || *at == ']'); i++) at++;
  for (int i = 0; i < 4 && at < end && (*at == ' ' || *at == '\t'); i++) at++;
  return at >= end || *at == '=' || *at == ':';
}

#include "assigned-values.h"

static int stands(const anchor *one, const uint8_t *at, const uint8_t *start, const uint8_t *end) {
  if (at < start || at + one->length > end) return 0;
  if (one->flags & IGNORE_CASE) {
    for (uint32_t i = 0; i < one->length; i++)
      if (lowered(at[i]) != one->literal[i]) return 0;
  } else {
    for (uint32_t i = 0; i < one->length; i++)
      if (at[i] != one->literal[i]) return 0;
  }
  if (one->not_in_row_of && at - start >= 2 && is_of(at[-1], one->not_in_row_of) && at[-2] == *at) return 0;
  if (one->not_after && at > start && is_of(at[-1], one->not_after)) return 0;
  const uint8_t *behind = at + one->length;
  if (one->followed_by) {
    const uint8_t *last = end - behind > (int32_t)one->at_least ? behind + one->at_least : end;
    for (const uint8_t *next = behind; next < last; next++)
      if (!is_of(*next, one->followed_by)) return 0;
  }
  if (one->not_before_end) {
    const uint8_t *last = end - behind > MAX_RUN ? behind + MAX_RUN : end, *next = behind;
    while (next < last && is_of(*next, one->not_before_run)) next++;
    if (next < last && is_of(*next, one->not_before_end)) return 0;
  }
  if ((one->flags & IS_ASSIGNED) && !is_assigned(behind, end)) return 0;
  return !(one->flags & (OF_TOKEN | OF_PASSWORD)) || may_assign_secret(behind, end, one->flags & OF_PASSWORD);
}

typedef struct {
  const uint8_t *start;
  const uint8_t *first;
  const uint8_t *end;
} searched;

static uint32_t note_anchors(const uint8_t *at, searched text, uint32_t count) {
  uint32_t bytes = folded(load32(at));
  for (uint32_t index = gram_heads[gram_hash(bytes) >> (32 - HEAD_BITS)]; index; index = grams[index - 1].next) {
    if (grams[index - 1].bytes != bytes) continue;
    uint32_t id = grams[index - 1].anchor;
    const uint8_t *begin = at - anchors[id].gram_at;
    if (begin >= text.first && count < MAX_HITS && stands(&anchors[id], begin, text.start, text.end))
      hits[count++] = (hit){(uint32_t)(uintptr_t)begin, id};
  }
  return count;
}

/*
 * Anchors that begin at `first` or behind it. Up to 15 bytes behind `end` are read and do not count. Returns `end`, or the `from` to go on with
 * when `hits` is full.
 */
EXPORT(scan_anchors)
const uint8_t *scan_anchors(const uint8_t *start, const uint8_t *first, const uint8_t *from, const uint8_t *end) {
  const searched text = {start, first, end};
  uint32_t count = 0;
  const uint8_t *at = from;
  for (; at < end; at += 8) {
    /* Four places are in eight bytes whole, and the other four in eight from the fourth on. */
    const uint64_t fold = 0x2020202020202020u;
    uint64_t low = load64(at) | fold, high = load64(at + 4) | fold;
#define MAY_BE(bytes) may_be_gram(gram_hash((uint32_t)(bytes)))
    if (!(MAY_BE(low) | MAY_BE(low >> 8) | MAY_BE(low >> 16) | MAY_BE(low >> 24) | MAY_BE(high) | MAY_BE(high >> 8) |
          MAY_BE(high >> 16) | MAY_BE(high >> 24)))
      continue;
    uint32_t places = 0;
    if (count + 8 * 64 > MAX_HITS) break;
    for (uint32_t n = 0; n < 4; n++, low >>= 8, high >>= 8) places |= (MAY_BE(low) | MAY_BE(high) << 4) << n;
#undef MAY_BE
    for (; places; places &= places - 1) count = note_anchors(at + __builtin_ctz(places), text, count);
  }
  if (at >= end && end - start >= 3) {
    for (uint32_t n = 0; n < short_anchor_count && end - 3 >= first; n++) {
      const anchor *one = &anchors[short_anchors[n]];
      /* What happens to lie behind the text may have made it a hit already. */
      if (!(one->followed_by == 0 || is_of(*end, one->followed_by)) && stands(one, end - 3, start, end) && count < MAX_HITS)
        hits[count++] = (hit){(uint32_t)(uintptr_t)(end - 3), short_anchors[n]};
    }
  }
  hit_count = count;
  return at < end ? at : end;
}

static inline v128_t equal(v128_t bytes, uint8_t byte) { return wasm_i8x16_eq(bytes, wasm_i8x16_splat((int8_t)byte)); }

/* As scan_anchors, of those that begin with one of LEADS. */
EXPORT(scan_leads)
const uint8_t *scan_leads(const uint8_t *start, const uint8_t *from, const uint8_t *end) {
  uint32_t count = 0;
  const uint8_t *at = lead_anchor_count ? from : end;
  for (; at < end; at += 16) {
    v128_t found = wasm_i8x16_splat(0);
    for (uint32_t lead = 0; lead < LEAD_COUNT; lead++) {
      v128_t here = equal(wasm_v128_load(at), LEADS[lead]);
      if (!has_double_lead) here = wasm_v128_andnot(here, equal(wasm_v128_load(at + 1), LEADS[lead]));
      found = wasm_v128_or(found, here);
    }
    uint32_t places = wasm_i8x16_bitmask(found);
    if (!places) continue;
    /* At each of sixteen places one chain of anchors, of which at most a few stand. */
    if (count + 16 * 16 > MAX_HITS) break;
    for (; places; places &= places - 1) {
      const uint8_t *place = at + __builtin_ctz(places);
      /* Next in a row of two characters by turns, as UTF-16 has them: its first one tells of all. */
      if (all_leads_begin_rows && place - start >= 2 && place[-2] == *place && is_of(place[-1], all_leads_begin_rows)) continue;
      uint32_t lead = 0;
      while (LEADS[lead] != *place) lead++;
      for (uint32_t index = lead_heads[lead][lowered(place[1])]; index; index = grams[index - 1].next) {
        uint32_t id = grams[index - 1].anchor;
        if (count < MAX_HITS && stands(&anchors[id], place, start, end)) hits[count++] = (hit){(uint32_t)(uintptr_t)place, id};
      }
    }
  }
  hit_count = count;
  return at < end ? at : end;
}

/* ---- Windows of known values: eight bytes each, or four. ---- */

typedef struct {
  uint64_t bytes;
  uint32_t id;
  uint32_t next;
} window;

/*
 * Words of the filter, as a power of two: of one that stays in the first cache, for 256 windows, of one that stays in the second, for 65,536,
 * and of one for any number.
 */
#define SMALL_FILTER_BITS 12
#define MEDIUM_FILTER_BITS 17
#define LARGE_FILTER_BITS 20

/* Tables that scanner.ts has made for as many windows as there are. */
typedef struct {
  uint32_t *filter;
  uint32_t *heads;
  window *windows;
  /* One of the three sizes. */
  uint32_t filter_bits;
  uint32_t head_bits;
} window_table;

static window_table tables[2];

EXPORT(window_table_at) window_table *window_table_at(uint32_t is_short) { return &tables[is_short]; }

/*
 * Five bytes are looked up at every fourth place alone: whatever eight bytes a window is, and wherever it begins, one of these places
 * is in it with the four bytes behind. A short window is looked up at every place.
 */
#define LONG_STRIDE 4

static inline uint64_t mix(uint64_t bytes) { return bytes * 0x9e3779b97f4a7c15u; }

static inline uint64_t mixed_gram(const uint8_t *at, uint32_t is_short) {
  return is_short ? mix((uint64_t)load32(at) << 32) : mix(load64(at) << 24);
}

/* Three bits of the one word that a gram has in the filter. To shift by what is not constant takes longer than to look it up. */
static uint32_t gram_masks[256];

static void make_gram_masks(void) {
  for (uint32_t index = 0; index < 256; index++) {
    uint32_t mixed = (index + 1) * 0x9e3779b1u;
    gram_masks[index] = 1u << (mixed >> 27) | 1u << (mixed >> 22 & 31) | 1u << (mixed >> 17 & 31);
  }
}

/* `bits` is a constant wherever this is put. */
static inline uint32_t may_be_window(const uint32_t *filter, uint64_t mixed, uint32_t bits) {
  uint32_t mask = gram_masks[mixed >> (64 - bits - 8) & 255];
  return (filter[mixed >> (64 - bits)] & mask) == mask;
}

static void link_window(window_table *table, uint32_t index, uint32_t is_short) {
  window *added = &table->windows[index];
  uint32_t *head = &table->heads[(uint32_t)(mix(added->bytes) >> (64 - table->head_bits))];
  added->next = *head;
  *head = index + 1;
  for (uint32_t n = 0; n < (is_short ? 1 : LONG_STRIDE); n++) {
    uint64_t mixed = mixed_gram((const uint8_t *)&added->bytes + n, is_short);
    table->filter[mixed >> (64 - table->filter_bits)] |= gram_masks[mixed >> (64 - table->filter_bits - 8) & 255];
  }
}

/* Those of the indices `[from, to)`. */
EXPORT(link_windows) void link_windows(uint32_t is_short, uint32_t from, uint32_t to) {
  if (gram_masks[0] == 0) make_gram_masks();
  for (uint32_t index = from; index < to; index++) link_window(&tables[is_short], index, is_short);
}

/*
 * Hundreds of patterns may have the same window, where all of a value is escaped, and differ right beside it. Of a window that is limited it is known which
 * four bytes stand behind it in some pattern, and which before it; and then the patterns themselves.
 */
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

/* Where a line breaks, a pattern goes on behind the break: there are line ends, or what says that the line goes on and then a line end. */
static int may_break_behind(const uint8_t *at, const uint8_t *end) {
  uint32_t bytes = load32(at);
  if (has_byte(bytes, '\n') || has_byte(bytes, '\r')) return 1;
  int goes_on = at[3] == '\\' || at[3] == '=' || at[3] == '`';
  return goes_on && (at + 4 == end || is_line_end(at[4]));
}

/* Or before it, and before the indentation. */
static int may_break_before(const uint8_t *at) {
  uint32_t bytes = load32(at);
  return has_byte(bytes, '\n') || has_byte(bytes, '\t') || has_byte(bytes, ' ');
}

static inline int may_be_beside(uint32_t side, uint32_t id, const uint8_t *at) {
  return has_bit(limited_by_other[side], id) || has_bit(beside[side], beside_hash(id, load32(at)));
}

static inline int says_line_goes_on(uint8_t byte) { return byte == '\\' || byte == '=' || byte == '`'; }

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

/* Only a place with more than MAX_HITS of its own loses some. */
static uint32_t note_windows(const window_table *table, searched text, const uint8_t *at, uint32_t is_short, uint32_t count) {
  const ptrdiff_t width = is_short ? 4 : 8;
  const uint64_t bytes = is_short ? load32(at) : load64(at);
  uint32_t index = table->heads[(uint32_t)(mix(bytes) >> (64 - table->head_bits))];
  for (; index; index = table->windows[index - 1].next) {
    const window *one = &table->windows[index - 1];
    if (one->bytes != bytes || !may_stand_around(one->id, at, width, text)) continue;
    if (count < MAX_HITS) hits[count] = (hit){(uint32_t)(uintptr_t)at, one->id};
    count++;
  }
  return count;
}

/* Windows that begin at `first` or behind it, and within a stride before a place from `from` on. */
static inline const uint8_t *scan_windows(uint32_t is_short, uint32_t bits, searched text, const uint8_t *from) {
  const window_table *table = &tables[is_short];
  const uint32_t *filter = table->filter;
  const ptrdiff_t width = is_short ? 4 : 8, stride = is_short ? 1 : LONG_STRIDE;
  const uint8_t *last = text.end - (width - stride + 1);
  uint32_t count = 0;
  const uint8_t *at = from;
  for (; at <= last; at += 4 * stride) {
#define MAY_BE(n) may_be_window(filter, mixed_gram(at + (n) * stride, is_short), bits)
    if (!(MAY_BE(0) | MAY_BE(1) | MAY_BE(2) | MAY_BE(3))) continue;
    uint32_t begun = count;
    for (ptrdiff_t n = 0; n < 4; n++) {
      if (!MAY_BE(n)) continue;
      const uint8_t *place = at + n * stride;
      for (const uint8_t *begin = place - (stride - 1); begin <= place; begin++)
        if (begin >= text.first && begin + width <= text.end)
          count = note_windows(table, text, begin, is_short, count);
    }
#undef MAY_BE
    if (count > MAX_HITS) {
      count = begun > 0 ? begun : MAX_HITS;
      if (begun > 0) break;
    }
  }
  hit_count = count;
  return at <= last ? at : text.end;
}

static const uint8_t *scan_table(uint32_t is_short, searched text, const uint8_t *from) {
  switch (tables[is_short].filter_bits) {
    case SMALL_FILTER_BITS: return scan_windows(is_short, SMALL_FILTER_BITS, text, from);
    case MEDIUM_FILTER_BITS: return scan_windows(is_short, MEDIUM_FILTER_BITS, text, from);
    default: return scan_windows(is_short, LARGE_FILTER_BITS, text, from);
  }
}

/* As scan_anchors. */
EXPORT(scan_long_windows)
const uint8_t *scan_long_windows(const uint8_t *start, const uint8_t *first, const uint8_t *from, const uint8_t *end) {
  return scan_table(0, (searched){start, first, end}, from);
}
EXPORT(scan_short_windows)
const uint8_t *scan_short_windows(const uint8_t *start, const uint8_t *first, const uint8_t *from, const uint8_t *end) {
  return scan_table(1, (searched){start, first, end}, from);
}

/* ---- Lines ---- */

static inline uint32_t matches(const uint8_t *at, uint8_t byte) {
  return wasm_i8x16_bitmask(wasm_i8x16_eq(wasm_v128_load(at), wasm_i8x16_splat((int8_t)byte)));
}

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

/* ---- Terminal sequences and stamps: the text without them, and which byte of the input each stretch of it is from. ---- */

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

/* `2026-11-21T22:58:08.1234567Z `, with 3 to 9 digits of a second, as GitHub, Kubernetes and Docker put before a line; a byte order mark before. */
static const uint8_t *behind_stamp(const uint8_t *line, const uint8_t *end) {
  static const char form[] = "dddd-dd-ddTdd:dd:dd.ddd";
  const uint8_t *at = line;
  if (end - at > 3 && at[0] == 0xef && at[1] == 0xbb && at[2] == 0xbf) at += 3;
  if (end - at < 25 || at[4] != '-' || at[10] != 'T') return line;
  for (uint32_t i = 0; i < sizeof form - 1; i++, at++)
    if (form[i] == 'd' ? !is_digit(*at) : *at != form[i]) return line;
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
    __builtin_memcpy(written, kept, (uint32_t)(at - kept));
    written += at - kept;
    if (stretches[count - 1].text_at == (uint32_t)(uintptr_t)written) count--;
    stretches[count++] = (stretch){(uint32_t)(uintptr_t)written, (uint32_t)(uintptr_t)resume};
    kept = at = resume;
  }
  stretch_count = count;
  if (count == 0) return to;
  __builtin_memcpy(written, kept, (uint32_t)(end - kept));
  return written + (end - kept);
}

/* ---- Runs that may be decoded. decode/decodable-runs.ts is the definition; the tests hold this against it. ---- */

enum { HEX, BASE32, BASE64, RADIX_COUNT };

typedef struct {
  uint8_t bits;
  uint8_t characters_in_group;
  uint8_t min_characters;
  uint8_t max_padding;
  /* Of a character: its digit, or NO_DIGIT. */
  uint8_t digits[256];
} radix;

#define NO_DIGIT 0xff
#define MAX_LOOK 4096
#define MIN_PRINTABLE 12
#define MIN_ALTERNATING 16
#define MAX_RUNS 4096

typedef struct {
  uint32_t kind;
  uint32_t start;
  uint32_t end;
  uint32_t alignments;
} run;

static radix radixes[RADIX_COUNT];
static run runs[MAX_RUNS];
static uint32_t run_count;

EXPORT(radixes_at) radix *radixes_at(void) { return radixes; }
EXPORT(runs_at) run *runs_at(void) { return runs; }
EXPORT(run_count_of) uint32_t run_count_of(void) { return run_count; }

/* ---- Sixteen digits are unpacked at once; what they say is kept as a bit for each byte. ---- */

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

/* Twelve printable bytes in a row, or sixteen that are by turns printable and NUL. */
static inline int is_text_seen(seen_bytes seen) {
  uint32_t row = seen.printable & seen.printable >> 1;
  row &= row >> 2;
  row &= row >> 4;
  row &= row >> (MIN_PRINTABLE - 8);
  if (row) return 1;
  if (!seen.nul) return 0;
  uint32_t turns = (seen.printable & seen.nul >> 1) | (seen.nul & seen.printable >> 1);
  turns &= turns >> 1;
  turns &= turns >> 2;
  turns &= turns >> 4;
  turns &= turns >> (MIN_ALTERNATING - 1 - 8);
  return turns != 0;
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

static int looks_like_text(uint32_t kind, const uint8_t *from, const uint8_t *to) {
  const radix *of = &radixes[kind];
  return (kind == BASE64 ? holds_text(of, 4, from, to) : holds_text(of, 2, from, to)) || begins_zlib(of, from, to);
}

static void note_run(uint32_t kind, const uint8_t *start, const uint8_t *last, const uint8_t *end) {
  const radix *of = &radixes[kind];
  if (last - start < of->min_characters || run_count == MAX_RUNS) return;
  uint32_t alignments =
      kind == BASE32 ? find_base32_text(of, start, last) : find_gzip(of, start, last - start > MAX_LOOK + 4 ? start + MAX_LOOK + 4 : last);
  for (uint32_t alignment = 0; kind != BASE32 && alignment < of->characters_in_group; alignment++) {
    const uint8_t *from = start + alignment;
    const uint8_t *to = last - from > MAX_LOOK ? from + MAX_LOOK : last;
    if (looks_like_text(kind, from, to)) alignments |= 1u << alignment;
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
    note_run(kind, first, behind, end);
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
    note_run(HEX, start, last, end);
  } else {
    note_run(BASE64, start, last, end);
    note_runs_within(HEX, start, last, end);
  }
  note_runs_within(BASE32, start, last, end);
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

#include "escapes.h"
#include "plain-runs.h"
