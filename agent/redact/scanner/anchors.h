/* Anchors: four bytes of each are hashed, with the bit set that tells small letters from capitals. */
#pragma once

#include "gram-chains.h"
#include "hits.h"
#include "leads.h"

#define GRAM_BYTES 4
/* Of the filter, which stays near the first cache, and of the table behind it. */
#define FILTER_BITS 18
#define HEAD_BITS 16

/* A byte for each: to get at a bit takes longer than to get at another cache line. */
static uint8_t gram_filter[1 << FILTER_BITS];
static uint16_t gram_heads[1 << HEAD_BITS];
/* Those of three bytes may end a text, and then no byte follows. */
static uint16_t short_anchors[64];
static uint32_t short_anchor_count;

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
