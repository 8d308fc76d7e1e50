/* Windows of known values: eight bytes each, or four. */
#pragma once

#include "hits.h"
#include "mix.h"
#include "window-limits.h"

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
