/* Which anchors there are for some bytes. */
#pragma once

#include "anchor.h"

/* An anchor of three bytes has one for each byte that may follow. */
#define MAX_GRAMS 32768

typedef struct {
  /* Folded: most of what the filter lets through is something else with the same hash. Of a lead they do not count. */
  uint32_t bytes;
  uint16_t anchor;
  /* Index of another one with the same hash, plus one. */
  uint16_t next;
} gram;

static gram grams[MAX_GRAMS];
static uint32_t gram_count;
