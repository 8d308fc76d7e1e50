/* What one byte is, and sixteen at once. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <wasm_simd128.h>

#define EXPORT(name) __attribute__((export_name(#name)))

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

static inline int is_digit(uint8_t byte) { return byte >= '0' && byte <= '9'; }

static inline int is_blank(uint8_t byte) { return byte == ' ' || byte == '\t'; }

static inline uint8_t lowered(uint8_t byte) { return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte; }

static inline v128_t equal(v128_t bytes, uint8_t byte) { return wasm_i8x16_eq(bytes, wasm_i8x16_splat((int8_t)byte)); }

static inline uint32_t matches(const uint8_t *at, uint8_t byte) {
  return wasm_i8x16_bitmask(equal(wasm_v128_load(at), byte));
}
