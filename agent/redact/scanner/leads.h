/*
 * Anchors of two or three bytes that begin with a byte that is rare. There is one for each letter, so that a filter of four bytes would let everything
 * through.
 */
#pragma once

#include "gram-chains.h"
#include "hits.h"

/* By the second byte, in small letters: indices plus one, chained by `gram.next`. */
static const uint8_t LEADS[] = {0};
#define LEAD_COUNT (sizeof LEADS)
static uint16_t lead_heads[LEAD_COUNT][256];
static uint32_t lead_anchor_count;
/* Whether some of them have a second byte like the first: where many stand in a row, none of the others can. */
static uint32_t has_double_lead;
/* What all of them may not be in a row of. */
static uint32_t all_leads_begin_rows;

static uint32_t link_lead(uint32_t index, uint32_t lead) {
  uint16_t *head = &lead_heads[lead][lowered(anchors[index].literal[1])];
  if (gram_count == MAX_GRAMS - 1) return 0;
  grams[gram_count++] = (gram){0, (uint16_t)index, *head};
  *head = (uint16_t)gram_count;
  all_leads_begin_rows = lead_anchor_count++ ? all_leads_begin_rows & anchors[index].not_in_row_of : anchors[index].not_in_row_of;
  has_double_lead |= anchors[index].literal[1] == LEADS[lead];
  return 1;
}

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
