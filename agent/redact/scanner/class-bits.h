/* Classes of characters, a bit for each. */
#pragma once

#include "bytes.h"

static uint32_t class_bits[256];

EXPORT(class_bits_at) uint32_t *class_bits_at(void) { return class_bits; }

static inline int is_of(uint8_t byte, uint32_t bits) { return (class_bits[byte] & bits) != 0; }
