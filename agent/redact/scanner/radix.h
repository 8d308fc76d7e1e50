/* What characters say as digits of a fixed number of bits. */
#pragma once

#include "bytes.h"

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

static radix radixes[RADIX_COUNT];

EXPORT(radixes_at) radix *radixes_at(void) { return radixes; }
