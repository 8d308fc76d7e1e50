/* An anchor, and the conditions on what is around it. */
#pragma once

#include "assigned-values.h"
#include "class-bits.h"

#define MAX_ANCHORS 4096
#define MAX_LITERAL 32
/* Of what an anchor may not stand before. */
#define MAX_RUN 256

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
  /* Of so many bytes behind it some differ; 0 where they need not. */
  uint32_t varied;
} anchor;

static anchor anchors[MAX_ANCHORS];

EXPORT(anchors_at) anchor *anchors_at(void) { return anchors; }

/* As shapes/varied.ts says. */
static int is_varied(const uint8_t *at, uint32_t count) {
  enum { MIN_BYTES = 16, MAX_BYTES = 24, MIN_DIFFERENT = 6 };
  if (count < MIN_BYTES) return 1;
  const uint8_t *end = at + (count < MAX_BYTES ? count : MAX_BYTES);
  uint64_t seen = 0;
  for (; at < end; at++) seen |= 1ull << ((*at & 31) | (*at > 63) << 5);
  return __builtin_popcountll(seen) >= MIN_DIFFERENT;
}

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
  /* Comes behind that, which most floods end at. */
  if (one->varied && end - behind >= (ptrdiff_t)one->varied && !is_varied(behind, one->varied)) return 0;
  if (one->not_before_end) {
    const uint8_t *last = end - behind > MAX_RUN ? behind + MAX_RUN : end, *next = behind;
    while (next < last && is_of(*next, one->not_before_run)) next++;
    if (next < last && is_of(*next, one->not_before_end)) return 0;
  }
  if ((one->flags & IS_ASSIGNED) && !is_assigned(behind, end)) return 0;
  return !(one->flags & (OF_TOKEN | OF_PASSWORD)) || may_assign_secret(behind, end, one->flags & OF_PASSWORD);
}
