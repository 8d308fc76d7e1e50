/*
 * Escapes, read as the texts that they stand for: what test/agent/redact/decode/reference says of them, in the same order.
 */
#pragma once

#include "radix.h"

enum { PERCENT, BACKSLASH, REFERENCE, QUOTED_PRINTABLE, SYNTAX_COUNT };
/* Each kind by itself, and all of them together where they stand side by side. */
#define READING_COUNT (SYNTAX_COUNT + 1)
#define ALL_SYNTAXES ((1u << SYNTAX_COUNT) - 1)

/* As decode/run-pieces.ts has them. */
#define MAX_PIECE 65536
#define PIECE_STEP (MAX_PIECE - 4096)
/* What is before the first escape and says what the secret is: the name of a variable, or of a header. */
#define MAX_BEFORE 128
/* Escapes so far from one another have nothing to do with one another. */
#define MAX_GAP 4096
/* Encoders of quoted-printable fill their lines of 76 characters. What is shorter and ends in `=` is a name without a value. */
#define LEAST_FULL_LINE 70
#define MOST_FULL_LINE 76
/* Two newlines and a NUL: nothing goes on over them from one stretch into the next. */
#define SEPARATOR_BYTES 3
/* Sixteen bytes are written at a time. */
#define WRITE_SLACK 16
#define NOWHERE 0xffffffffu

typedef struct {
  uint32_t value;
  uint8_t length;
  /* Above 0x7f several bytes. */
  uint8_t is_code_point;
  /* A line break that is not meant. */
  uint8_t is_nothing;
  /* Reason enough to decode what is around it. */
  uint8_t is_telling;
} escape;

/* What escape-search.ts asks for, and up to where it was answered. Positions are addresses. */
typedef struct {
  const uint8_t *start;
  const uint8_t *end;
  uint32_t is_open;
  /* Where there is a byte for each of the text that tells whether it was written otherwise in the text before; null where all count. */
  const uint8_t *marks;
  const uint8_t *at;
  /* Where what is read is written, and the marks of it. */
  uint8_t *room;
  uint8_t *room_marks;
  const uint8_t *room_end;
  /* The first place from which something goes on behind an open text, or NOWHERE. */
  uint32_t goes_on_from;
  /* Of each reading: what begins before it is known. */
  const uint8_t *through[READING_COUNT];
  /* The reading that there was no room for and one more, or 0; and of it whether this is its first piece. */
  uint32_t waiting;
  uint32_t is_first;
  const uint8_t *first;
  const uint8_t *from;
  const uint8_t *last_escape;
} escape_search;

/* A stretch that was read; decoded-batch.ts has it so. */
typedef struct {
  uint32_t text_at;
  uint32_t text_end;
  /* A bit for each syntax. */
  uint32_t syntaxes;
  uint32_t from;
  uint32_t end;
  /* The escape that it was asked for at. */
  uint32_t first;
} escaped;

#define MAX_ESCAPED 2048
static escaped escaped_stretches[MAX_ESCAPED];

EXPORT(escaped_at) escaped *escaped_at(void) { return escaped_stretches; }

static inline uint32_t hex_digit(uint8_t byte) { return radixes[HEX].digits[byte]; }

/* NOWHERE where there are not so many digits. */
static inline uint32_t read_hex(const uint8_t *at, uint32_t digits, const uint8_t *end) {
  if (end - at < (ptrdiff_t)digits) return NOWHERE;
  uint32_t value = 0;
  for (uint32_t i = 0; i < digits; i++) {
    uint32_t digit = hex_digit(at[i]);
    if (digit == NO_DIGIT) return NOWHERE;
    value = value << 4 | digit;
  }
  return value;
}

static inline int is_escape(escape *read, uint32_t value, ptrdiff_t length, int is_code_point) {
  *read = (escape){value, (uint8_t)length, (uint8_t)is_code_point, 0, 1};
  return 1;
}

/* RFC 3986, section 2.1, and `%u0041`, which JavaScript's `escape` writes. */
static int read_percent(const uint8_t *at, const uint8_t *end, escape *read) {
  if (end - at > 1 && at[1] == 'u') {
    uint32_t value = read_hex(at + 2, 4, end);
    return value <= 0x0fff && is_escape(read, value, 6, 1);
  }
  uint32_t value = read_hex(at + 1, 2, end);
  return value != NOWHERE && is_escape(read, value, 3, 0);
}

/* What JSON, JavaScript, Python, C and shells write: `\u0041`, `\u{41}`, `\U00000041`, `\x41` and `\101`, below 0200. */
static int read_backslash(const uint8_t *at, const uint8_t *end, escape *read) {
  if (end - at < 2) return 0;
  uint32_t value;
  switch (at[1]) {
    case 'n': value = '\n'; break;
    case 'r': value = '\r'; break;
    case 't': value = '\t'; break;
    case '\\': case '/': case '"': case '\'': value = at[1]; break;
    case 'x': value = read_hex(at + 2, 2, end); return value != NOWHERE && is_escape(read, value, 4, 0);
    case 'U': value = read_hex(at + 2, 8, end); return value <= 0x10ffff && is_escape(read, value, 10, 1);
    case 'u':
      value = read_hex(at + 2, 4, end);
      if (value != NOWHERE) return is_escape(read, value, 6, 1);
      if (end - at < 3 || at[2] != '{') return 0;
      value = 0;
      for (const uint8_t *digit = at + 3; digit < end && digit - at <= 9; digit++) {
        if (*digit == '}') return digit > at + 3 && value <= 0x10ffff && is_escape(read, value, digit + 1 - at, 1);
        if (hex_digit(*digit) == NO_DIGIT) return 0;
        value = value << 4 | hex_digit(*digit);
      }
      return 0;
    case '0': case '1':
      if (end - at < 4 || (at[2] & 0xf8) != '0' || (at[3] & 0xf8) != '0') return 0;
      return is_escape(read, (uint32_t)(at[1] & 7) << 6 | (uint32_t)(at[2] & 7) << 3 | (at[3] & 7), 4, 0);
    default: return 0;
  }
  *read = (escape){value, 2, 0, 0, 0};
  return 1;
}

/* Of HTML and XML: by number, and the names that both know. */
static int read_reference(const uint8_t *at, const uint8_t *end, escape *read) {
  static const struct { char name[6]; uint8_t length; uint8_t value; } names[] = {
      {"amp;", 4, '&'}, {"lt;", 3, '<'}, {"gt;", 3, '>'}, {"quot;", 5, '"'}, {"apos;", 5, '\''}};
  if (end - at < 2) return 0;
  if (at[1] != '#') {
    for (uint32_t n = 0; n < sizeof names / sizeof *names; n++) {
      if (at[1] != (uint8_t)names[n].name[0] || end - at <= names[n].length) continue;
      uint32_t same = 1;
      while (same < names[n].length && at[1 + same] == (uint8_t)names[n].name[same]) same++;
      if (same == names[n].length) return is_escape(read, names[n].value, same + 1, 1);
    }
    return 0;
  }
  if (end - at < 3) return 0;
  int is_hex = (at[2] | 0x20) == 'x';
  uint32_t base = is_hex ? 16 : 10, value = 0;
  const uint8_t *first = at + (is_hex ? 3 : 2), *digit = first;
  for (; digit < end && digit - first < 7; digit++) {
    uint32_t one = hex_digit(*digit);
    if (one >= base) break;
    value = value * base + one;
  }
  return digit > first && digit < end && *digit == ';' && is_escape(read, value, digit + 1 - at, 1);
}

/*
 * RFC 2045, section 6.7. An equals sign and two digits stand in every other log, so telling are but an equals sign itself, escapes in a row, and a full
 * line that goes on.
 */
static int read_quoted_printable(const uint8_t *start, const uint8_t *at, const uint8_t *end, escape *read) {
  uint32_t value = read_hex(at + 1, 2, end);
  if (value != NOWHERE) {
    int is_row = value >= 0x20 && value < 0x80 && end - at > 3 && at[3] == '=';
    *read = (escape){value, 3, 0, 0, is_row || value == '='};
    return 1;
  }
  const uint8_t *line_end = end - at > 1 && at[1] == '\r' ? at + 2 : at + 1;
  if (line_end >= end || *line_end != '\n') return 0;
  const uint8_t *line = at;
  while (line > start && at - line <= MOST_FULL_LINE && line[-1] != '\n') line--;
  ptrdiff_t length = at + 1 - line;
  if (length < LEAST_FULL_LINE || length > MOST_FULL_LINE) return 0;
  *read = (escape){0, (uint8_t)(line_end + 1 - at), 0, 1, 1};
  return 1;
}

static inline uint32_t syntax_of(uint8_t lead) {
  switch (lead) {
    case '%': return 1u << PERCENT;
    case '\\': return 1u << BACKSLASH;
    case '&': return 1u << REFERENCE;
    case '=': return 1u << QUOTED_PRINTABLE;
    default: return 0;
  }
}

static inline int read_escape(const uint8_t *start, const uint8_t *at, const uint8_t *end, escape *read) {
  switch (*at) {
    case '%': return read_percent(at, end, read);
    case '\\': return read_backslash(at, end, read);
    case '&': return read_reference(at, end, read);
    default: return read_quoted_printable(start, at, end, read);
  }
}

/*
 * Whether there is an escape that is reason enough to decode what is around it, and that was none in the text before. Else it was read together with
 * what is beside it when that was.
 */
static int is_telling_at(const escape_search *text, const uint8_t *at) {
  escape read;
  if (!read_escape(text->start, at, text->end, &read) || !read.is_telling) return 0;
  if (!text->marks) return 1;
  const uint8_t *marks = text->marks + (at - text->start);
  for (uint32_t i = 0; i < read.length; i++)
    if (marks[i]) return 1;
  return 0;
}

static int has_one_before(const escape_search *text, uint32_t syntaxes, const uint8_t *first) {
  const uint8_t *last = first - text->start > MAX_GAP ? first - MAX_GAP : text->start;
  for (const uint8_t *at = first; at > last && at[-1] != '\n';) {
    at--;
    if ((syntax_of(*at) & syntaxes) && is_telling_at(text, at)) return 1;
  }
  return 0;
}

/* Of the bytes that may end a stretch that stands as it is. */
static inline uint32_t leads_and_newlines(const uint8_t *at, uint32_t syntaxes) {
  v128_t bytes = wasm_v128_load(at), found = equal(bytes, '\n');
  if (syntaxes & 1u << PERCENT) found = wasm_v128_or(found, equal(bytes, '%'));
  if (syntaxes & 1u << BACKSLASH) found = wasm_v128_or(found, equal(bytes, '\\'));
  if (syntaxes & 1u << REFERENCE) found = wasm_v128_or(found, equal(bytes, '&'));
  if (syntaxes & 1u << QUOTED_PRINTABLE) found = wasm_v128_or(found, equal(bytes, '='));
  return wasm_i8x16_bitmask(found);
}

static inline int is_lead_or_newline(uint8_t byte, uint32_t syntaxes) { return byte == '\n' || (syntax_of(byte) & syntaxes); }

/* A code point is several bytes of UTF-8; what is none, and a surrogate, is written as what stands for the unknown. */
static inline uint32_t write_escape(uint8_t *to, const escape *read) {
  uint32_t value = read->value;
  if (read->is_nothing) return 0;
  if (!read->is_code_point || value < 0x80) {
    *to = (uint8_t)value;
    return 1;
  }
  if (value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) value = 0xfffd;
  uint32_t length = value < 0x800 ? 2 : value < 0x10000 ? 3 : 4;
  for (uint32_t i = length; --i > 0; value >>= 6) to[i] = (uint8_t)(0x80 | (value & 0x3f));
  to[0] = (uint8_t)(value | (0xf00u >> length & 0xff));
  return length;
}

typedef struct {
  const uint8_t *end;
  uint8_t *written;
  const uint8_t *next_from;
  const uint8_t *next_last_escape;
  /* Of escapes that are telling. */
  uint32_t syntaxes;
} piece;

static piece read_piece(const escape_search *text, uint32_t syntaxes, const uint8_t *from, const uint8_t *last_escape) {
  const uint8_t *end = text->end, *at = from;
  const uint8_t *limit = end - from > MAX_PIECE ? from + MAX_PIECE : end;
  const uint8_t *step = limit - from > PIECE_STEP ? from + PIECE_STEP : limit;
  uint8_t *to = text->room;
  const ptrdiff_t to_marks = text->room_marks - text->room;
  piece read = {0, 0, 0, 0, 0};
  /* What is behind a line break that is not meant is beside something else than before. */
  uint8_t is_joined = 0;
  while (at < limit && at - last_escape <= MAX_GAP) {
    if (is_lead_or_newline(*at, syntaxes)) {
      if (*at == '\n') break;
      if (at >= step && !read.next_from) read.next_from = at, read.next_last_escape = last_escape;
      escape one;
      if (read_escape(text->start, at, end, &one)) {
        uint32_t length = write_escape(to, &one);
        for (uint32_t i = 0; i < length; i++) to[to_marks + i] = 1;
        is_joined = one.is_nothing;
        if (one.is_telling) {
          last_escape = at;
          if (!text->marks || is_telling_at(text, at)) read.syntaxes |= syntax_of(*at);
        }
        to += length;
        at += one.length;
        continue;
      }
    } else if (at >= step && !read.next_from) {
      read.next_from = at, read.next_last_escape = last_escape;
    }
    /* What stands as it is, the byte at hand and those behind it. */
    const uint8_t *stop = limit - last_escape > MAX_GAP + 1 ? last_escape + MAX_GAP + 1 : limit;
    if (!read.next_from && stop > step) stop = step;
    to[to_marks] = is_joined;
    is_joined = 0;
    *to++ = *at++;
    while (at < stop) {
      uint32_t found = leads_and_newlines(at, syntaxes);
      uint32_t count = found ? (uint32_t)__builtin_ctz(found) : 16;
      if (stop - at < (ptrdiff_t)count) count = (uint32_t)(stop - at);
      wasm_v128_store(to, wasm_v128_load(at));
      wasm_v128_store(to + to_marks, wasm_i8x16_splat(0));
      to += count;
      at += count;
      if (count < 16) break;
    }
  }
  read.end = at;
  read.written = to;
  if (at < limit || at >= end) read.next_from = 0;
  return read;
}

/* Where a secret with an escape in it would begin. */
static const uint8_t *find_word_start(const uint8_t *first, const uint8_t *last) {
  while (first > last && first[-1] > ' ') first--;
  return first;
}

/* All pieces of one reading from what waits on. 0 where there is no room for one of them, which waits then. */
static int read_pieces(escape_search *text, uint32_t *count) {
  const uint32_t reading = text->waiting - 1, syntaxes = reading == SYNTAX_COUNT ? ALL_SYNTAXES : 1u << reading;
  for (;;) {
    const uint8_t *from = text->from;
    ptrdiff_t most = text->end - from > MAX_PIECE ? MAX_PIECE : text->end - from;
    if (*count == MAX_ESCAPED || text->room_end - text->room < most + SEPARATOR_BYTES + WRITE_SLACK) return 0;
    piece read = read_piece(text, syntaxes, from, text->last_escape);
    if (read.end >= text->end && text->is_open) {
      uint32_t begun = (uint32_t)(uintptr_t)(text->is_first ? find_word_start(text->first, from) : from);
      if (begun < text->goes_on_from) text->goes_on_from = begun;
      text->through[reading] = text->end;
      break;
    }
    text->through[reading] = read.end;
    /* What is of one kind is read as that. */
    if (read.written > text->room && (reading != SYNTAX_COUNT || (read.syntaxes & (read.syntaxes - 1)))) {
      uint8_t *behind = read.written, *behind_marks = text->room_marks + (behind - text->room);
      escaped_stretches[(*count)++] = (escaped){
          (uint32_t)(uintptr_t)text->room, (uint32_t)(uintptr_t)behind,    reading == SYNTAX_COUNT ? read.syntaxes : syntaxes,
          (uint32_t)(uintptr_t)from,       (uint32_t)(uintptr_t)read.end, (uint32_t)(uintptr_t)text->first};
      behind[0] = '\n', behind[1] = 0, behind[2] = '\n';
      behind_marks[0] = behind_marks[1] = behind_marks[2] = 0;
      text->room_marks = behind_marks + SEPARATOR_BYTES;
      text->room = behind + SEPARATOR_BYTES;
    }
    if (!read.next_from) break;
    text->from = read.next_from;
    text->last_escape = read.next_last_escape;
    text->is_first = 0;
  }
  text->waiting = 0;
  return 1;
}

static int begin_reading(escape_search *text, uint32_t reading, const uint8_t *first, uint32_t *count) {
  if (first < text->through[reading]) return 1;
  if (has_one_before(text, reading == SYNTAX_COUNT ? ALL_SYNTAXES : 1u << reading, first)) return 1;
  const uint8_t *last = first - text->start > MAX_BEFORE ? first - MAX_BEFORE : text->start, *from = first;
  while (from > last && from[-1] != '\n') from--;
  text->waiting = reading + 1;
  text->is_first = 1;
  text->first = first;
  text->from = from;
  text->last_escape = first;
  return read_pieces(text, count);
}

static inline uint32_t escape_leads(const uint8_t *at) {
  v128_t bytes = wasm_v128_load(at);
  v128_t found = wasm_v128_or(wasm_v128_or(equal(bytes, '%'), equal(bytes, '\\')), wasm_v128_or(equal(bytes, '&'), equal(bytes, '=')));
  return wasm_i8x16_bitmask(found);
}

static int has_other_lead(const uint8_t *at, const uint8_t *end, uint32_t syntaxes) {
  while (at < end) {
    uint32_t found = escape_leads(at);
    if (!found) {
      at += 16;
      continue;
    }
    at += __builtin_ctz(found);
    if (at < end && !(syntax_of(*at) & syntaxes)) return 1;
    at++;
  }
  return 0;
}

/*
 * Reads what is escaped from `at` on, as much as there is room for: how many stretches. Asked again as long as `at` is before `end`, with more room. Up
 * to 15 bytes behind `end` are read and do not count.
 */
EXPORT(decode_escapes)
uint32_t decode_escapes(escape_search *text) {
  uint32_t count = 0;
  if (text->waiting && !read_pieces(text, &count)) return count;
  const uint8_t *const end = text->end;
  for (const uint8_t *next = text->at; next < end; next = text->at) {
    /* By a place of its own: each step of one that is kept in memory waits for the one before. */
    uint32_t found = 0;
    while (next < end && !(found = escape_leads(next))) next += 16;
    if (next >= end) break;
    const uint8_t *at = text->at = next + __builtin_ctz(found);
    if (at >= end) break;
    uint32_t syntax = syntax_of(*at), reading = (uint32_t)__builtin_ctz(syntax);
    if ((at >= text->through[reading] || at >= text->through[SYNTAX_COUNT]) && is_telling_at(text, at)) {
      const uint8_t *before = text->through[reading];
      if (!begin_reading(text, reading, at, &count)) return count;
      const uint8_t *behind = text->through[reading], *first = at - text->start > MAX_BEFORE ? at - MAX_BEFORE : text->start;
      if (at >= text->through[SYNTAX_COUNT] && behind > before && !has_other_lead(first, behind, syntax)) {
        text->through[SYNTAX_COUNT] = behind;
      } else if (!begin_reading(text, SYNTAX_COUNT, at, &count)) {
        return count;
      }
    }
    text->at++;
  }
  text->at = text->end;
  return count;
}

/* Where a stretch of what was read is from; of an escape, all bytes are from all of it. */
typedef struct {
  uint32_t offset;
  uint32_t start;
  uint32_t end;
  /* Of an escape, else 0. */
  uint32_t syntax;
} origin;

/* Of a stretch, in order, at most one for each byte of the source. Returns how many. */
EXPORT(map_escapes)
uint32_t map_escapes(const uint8_t *start, const uint8_t *end, uint32_t syntaxes, const uint8_t *from, const uint8_t *to, origin *origins) {
  uint32_t count = 0, offset = 0;
  uint8_t written[4];
  const uint8_t *plain = from, *at = from;
  while (at < to) {
    escape one;
    if (!(syntax_of(*at) & syntaxes) || !read_escape(start, at, end, &one)) {
      at++;
      continue;
    }
    if (at > plain) origins[count++] = (origin){offset, (uint32_t)(uintptr_t)plain, (uint32_t)(uintptr_t)at, 0};
    offset += (uint32_t)(at - plain);
    uint32_t length = write_escape(written, &one);
    origins[count++] = (origin){offset, (uint32_t)(uintptr_t)at, (uint32_t)(uintptr_t)(at + one.length), syntax_of(*at)};
    offset += length;
    plain = at += one.length;
  }
  if (at > plain) origins[count++] = (origin){offset, (uint32_t)(uintptr_t)plain, (uint32_t)(uintptr_t)at, 0};
  return count;
}
