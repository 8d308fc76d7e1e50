/* What is compressed in bytes that were decoded, as decode/inflate.ts says. */
#pragma once

#include "inflate.h"

#define MAX_INFLATED 1048576
#define MAX_INFLATE_RATIO 32
#define MAX_GZIP_STARTS 4
#define GZIP_TRAILER_BYTES 8

typedef struct {
  const uint8_t *bytes;
  uint32_t length;
} packed_bytes;

static int is_gzip(packed_bytes packed, uint32_t at) {
  const uint8_t *bytes = packed.bytes + at;
  return at + 3 < packed.length && bytes[0] == 0x1f && bytes[1] == 0x8b && bytes[2] == 0x08 && bytes[3] < 0x20;
}

/* RFC 1950, section 2.2. */
static int is_zlib(packed_bytes packed) {
  const uint8_t *bytes = packed.bytes;
  if (packed.length < 3 || bytes[0] != 0x78 || (bytes[2] & 0x06) == 0x06) return 0;
  return bytes[1] == 0x01 || bytes[1] == 0x5e || bytes[1] == 0x9c || bytes[1] == 0xda;
}

static uint32_t skip_packed_text(packed_bytes packed, uint32_t from) {
  while (from < packed.length && packed.bytes[from]) from++;
  return from < packed.length ? from + 1 : packed.length;
}

/* RFC 1952, section 2.3. */
static uint32_t skip_gzip_header(packed_bytes packed, uint32_t at) {
  enum { HAS_CHECKSUM = 2, HAS_EXTRA = 4, HAS_NAME = 8, HAS_COMMENT = 16 };
  uint32_t flags = packed.bytes[at + 3], position = at + 10;
  if (flags & HAS_EXTRA) {
    uint32_t low = position < packed.length ? packed.bytes[position] : 0, high = position + 1 < packed.length ? packed.bytes[position + 1] : 0;
    position += 2 + low + (high << 8);
  }
  if (flags & HAS_NAME) position = skip_packed_text(packed, position);
  if (flags & HAS_COMMENT) position = skip_packed_text(packed, position);
  return flags & HAS_CHECKSUM ? position + 2 : position;
}

/* Other streams may follow where one ends. */
static void inflate_from(packed_bytes packed, inflating *stream, uint32_t start, uint32_t from) {
  uint32_t most = (packed.length - start) * MAX_INFLATE_RATIO;
  stream->limit = stream->first + (most < MAX_INFLATED ? most : MAX_INFLATED);
  int32_t end = inflate_stream(stream, from);
  while (end >= 0 && is_gzip(packed, (uint32_t)end + GZIP_TRAILER_BYTES)) {
    /* Nothing of one stream is copied into another. */
    uint8_t *first = stream->first;
    stream->first = stream->to;
    end = inflate_stream(stream, skip_gzip_header(packed, (uint32_t)end + GZIP_TRAILER_BYTES));
    stream->first = first;
  }
}

/*
 * Where in the bytes the stream begins that is unpacked to `stream->first`, or -1 where there is none. INFLATE_SLACK zeros stand behind the bytes, and there
 * is room for as much as may come of them.
 */
static int32_t unpack_bytes(packed_bytes packed, inflating *stream) {
  stream->packed = packed.bytes;
  stream->bit_count = packed.length * 8;
  stream->to = stream->first;
  if (is_zlib(packed)) {
    inflate_from(packed, stream, 0, 2);
    return stream->to > stream->first ? 0 : -1;
  }
  for (uint32_t at = 0, starts = 0; at < packed.length && starts < MAX_GZIP_STARTS; at++) {
    if (!is_gzip(packed, at)) continue;
    inflate_from(packed, stream, at, skip_gzip_header(packed, at));
    if (stream->to > stream->first) return (int32_t)at;
    starts++;
  }
  return -1;
}
