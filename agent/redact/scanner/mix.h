/* A hash of which the highest bits are the best. */
#pragma once

#include "bytes.h"

static inline uint64_t mix(uint64_t bytes) { return bytes * 0x9e3779b97f4a7c15u; }
