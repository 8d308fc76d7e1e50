/* Where something may be. */
#pragma once

#include "bytes.h"

typedef struct {
  uint32_t position;
  uint32_t id;
} hit;

/* Filled by whichever function ran last; of a text that has more of them, it is asked again from where it stopped. */
#define MAX_HITS 8192
static hit hits[MAX_HITS];
static uint32_t hit_count;

EXPORT(hits_at) hit *hits_at(void) { return hits; }
EXPORT(hit_count_of) uint32_t hit_count_of(void) { return hit_count; }

typedef struct {
  const uint8_t *start;
  const uint8_t *first;
  const uint8_t *end;
} searched;
