/* Unpacks DEFLATE (RFC 1951) as decode/deflated-stream.ts says. */
#pragma once

#include "huffman-code.h"

#define END_OF_BLOCK 256
/* A block says how many codes it has, and more than these have no meaning. */
#define MAX_LITERALS 286
#define MAX_DISTANCES 30
/* Read behind what is packed, and written behind what is unpacked. */
#define INFLATE_SLACK 16

typedef struct {
  /* INFLATE_SLACK zeros stand behind it. */
  const uint8_t *packed;
  uint32_t bit;
  uint32_t bit_count;
  uint8_t *first;
  uint8_t *to;
  uint8_t *limit;
  /* There would be more of it than there may be. */
  int is_cut;
} inflating;

static huffman_code code_of_lengths, code_of_literals, code_of_distances, fixed_literals, fixed_distances;
static int has_fixed_codes;

static inline uint32_t peek_bits(const inflating *stream) {
  return (uint32_t)(load64(stream->packed + (stream->bit >> 3)) >> (stream->bit & 7));
}

/* Where it is over. */
static inline int is_over(const inflating *stream) { return stream->bit > stream->bit_count; }

/* Up to 16 bits, or a number that is none of them where the stream is over. */
static inline uint32_t take_bits(inflating *stream, uint32_t count) {
  if (stream->bit + count > stream->bit_count) {
    stream->bit = stream->bit_count + 1;
    return ~0u;
  }
  uint32_t taken = peek_bits(stream) & ((1u << count) - 1);
  stream->bit += count;
  return taken;
}

/* -1 where the stream is over or has no such code. */
static inline int32_t decode_symbol(inflating *stream, const huffman_code *code) {
  if (is_over(stream)) return -1;
  uint32_t held = peek_bits(stream);
  uint32_t entry = code->by_bits[held & ((1u << code->bits) - 1)];
  if (entry) {
    stream->bit += entry & 15;
    return is_over(stream) ? -1 : (int32_t)(entry >> 4);
  }
  uint32_t bits = 0, first = 0, index = 0;
  for (uint32_t length = 1; length <= MAX_CODE_BITS; length++, held >>= 1) {
    bits |= held & 1;
    uint32_t count = code->counts[length];
    if (bits < first + count) {
      stream->bit += length;
      return is_over(stream) ? -1 : code->symbols[index + bits - first];
    }
    index += count;
    first = (first + count) << 1;
    bits <<= 1;
  }
  return -1;
}

static int copy_stored(inflating *stream) {
  stream->bit = (stream->bit + 7) & ~7u;
  uint32_t length = take_bits(stream, 16);
  if (take_bits(stream, 16) != (length ^ 0xffff) || is_over(stream)) return 0;
  uint32_t room = (uint32_t)(stream->limit - stream->to), from = stream->bit >> 3, left = (stream->bit_count >> 3) - from;
  stream->is_cut = length > room;
  uint32_t count = length < room ? length : room;
  if (count > left) count = left;
  __builtin_memcpy(stream->to, stream->packed + from, count);
  stream->to += count;
  stream->bit += count * 8;
  return count == length;
}

static int read_codes(inflating *stream) {
  static const uint8_t order[] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  uint32_t literal_count = take_bits(stream, 5) + 257, distance_count = take_bits(stream, 5) + 1, order_count = take_bits(stream, 4) + 4;
  if (is_over(stream) || literal_count > MAX_LITERALS || distance_count > MAX_DISTANCES) return 0;
  uint8_t lengths[sizeof order] = {0};
  coded_symbol coded[MAX_LITERALS + MAX_DISTANCES];
  uint32_t count = 0, of_literals = 0;
  for (uint32_t n = 0; n < order_count; n++) lengths[order[n]] = (uint8_t)take_bits(stream, 3);
  if (is_over(stream)) return 0;
  for (uint32_t symbol = 0; symbol < sizeof order; symbol++)
    if (lengths[symbol]) coded[count++] = (coded_symbol){(uint16_t)symbol, lengths[symbol]};
  if (!fill_code(&code_of_lengths, coded, count)) return 0;
  const uint32_t total = literal_count + distance_count;
  uint16_t length = 0;
  count = 0;
  for (uint32_t at = 0; at < total;) {
    int32_t symbol = decode_symbol(stream, &code_of_lengths);
    if (symbol < 0 || (symbol == 16 && at == 0)) return 0;
    uint32_t times = symbol < 16 ? 1 : symbol == 16 ? take_bits(stream, 2) + 3 : symbol == 17 ? take_bits(stream, 3) + 3 : take_bits(stream, 7) + 11;
    if (symbol != 16) length = symbol < 16 ? (uint16_t)symbol : 0;
    if (is_over(stream) || times > total - at) return 0;
    if (length == 0) {
      if (at < literal_count && at + times >= literal_count) of_literals = count;
      at += times;
      continue;
    }
    for (; times; times--, at++) {
      coded[count++] = (coded_symbol){(uint16_t)(at < literal_count ? at : at - literal_count), length};
      if (at + 1 == literal_count) of_literals = count;
    }
  }
  return fill_code(&code_of_literals, coded, of_literals) && fill_code(&code_of_distances, coded + of_literals, count - of_literals);
}

static void copy_within(uint8_t *to, uint32_t distance, uint32_t count) {
  if (distance == 1) {
    __builtin_memset(to, to[-1], count);
  } else if (distance >= 16) {
    for (uint32_t n = 0; n < count; n += 16) wasm_v128_store(to + n, wasm_v128_load(to + n - distance));
  } else {
    for (uint32_t n = 0; n < count; n++) to[n] = to[(ptrdiff_t)n - (ptrdiff_t)distance];
  }
}

static int copy_earlier(inflating *stream, uint32_t of_length, const huffman_code *distances) {
  /* RFC 1951, section 3.2.5. */
  static const uint16_t length_bases[] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                          31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
  static const uint8_t length_extra[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
  static const uint16_t distance_bases[] = {1,   2,   3,   4,   5,   7,    9,    13,   17,   25,   33,   49,   65,    97,    129,
                                            193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
  if (of_length >= sizeof length_extra) return 0;
  uint32_t length = length_bases[of_length] + take_bits(stream, length_extra[of_length]);
  int32_t of_distance = decode_symbol(stream, distances);
  if (of_distance < 0 || of_distance >= MAX_DISTANCES) return 0;
  uint32_t distance = distance_bases[of_distance] + take_bits(stream, of_distance < 4 ? 0 : (uint32_t)(of_distance >> 1) - 1);
  if (is_over(stream) || distance > (uint32_t)(stream->to - stream->first)) return 0;
  uint32_t room = (uint32_t)(stream->limit - stream->to), count = length < room ? length : room;
  stream->is_cut = length > room;
  copy_within(stream->to, distance, count);
  stream->to += count;
  return !stream->is_cut;
}

static int read_symbols(inflating *stream, const huffman_code *literals, const huffman_code *distances) {
  for (;;) {
    int32_t symbol = decode_symbol(stream, literals);
    if (symbol < 0 || symbol == END_OF_BLOCK) return symbol == END_OF_BLOCK;
    if (stream->to == stream->limit) {
      stream->is_cut = 1;
      return 0;
    }
    if (symbol < END_OF_BLOCK) *stream->to++ = (uint8_t)symbol;
    else if (!copy_earlier(stream, (uint32_t)symbol - END_OF_BLOCK - 1, distances)) return 0;
  }
}

static void fill_fixed_codes(void) {
  coded_symbol coded[MAX_SYMBOLS];
  for (uint32_t n = 0; n < MAX_SYMBOLS; n++) coded[n] = (coded_symbol){(uint16_t)n, n < 144 ? 8 : n < 256 ? 9 : n < 280 ? 7 : 8};
  fill_code(&fixed_literals, coded, MAX_SYMBOLS);
  for (uint32_t n = 0; n < 32; n++) coded[n].length = 5;
  fill_code(&fixed_distances, coded, 32);
  has_fixed_codes = 1;
}

/* Whether the block came to its end. */
static int read_block(inflating *stream, uint32_t kind) {
  if (kind == 0) return copy_stored(stream);
  if (kind == 2) return read_codes(stream) && read_symbols(stream, &code_of_literals, &code_of_distances);
  if (kind != 1) return 0;
  if (!has_fixed_codes) fill_fixed_codes();
  return read_symbols(stream, &fixed_literals, &fixed_distances);
}

/* From the byte at `from` on. After its last byte, or -1 where it did not come to its end: what there is of it is written. */
static int32_t inflate_stream(inflating *stream, uint32_t from) {
  stream->bit = from * 8;
  stream->is_cut = 0;
  for (uint32_t is_last = 0; !is_last;) {
    is_last = take_bits(stream, 1);
    if (!read_block(stream, take_bits(stream, 2))) return -1;
  }
  return (int32_t)((stream->bit + 7) >> 3);
}
