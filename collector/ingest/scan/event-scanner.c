/*
 * Says of a line that it surely is an event, as JSON.parse and event-fault.ts would, and where in it stands what roll-ups ask for.
 * Of a line that it is not sure of it says nothing: that one is read the long way. Compiled to WebAssembly by
 * scripts/build-scanner.mjs; scanner-module.ts holds the same layouts.
 */
#include <stddef.h>
#include <stdint.h>
#include <wasm_simd128.h>

#define EXPORT(name) __attribute__((export_name(#name)))

enum { TEXT, TIMESTAMP, PROCESS_ID, WORD, INTEGER, FLAG, LIST, OBJECT, RECORD };

/* A shape, with what of it is where in the other tables. */
typedef struct {
  int32_t type;
  int32_t is_nullable;
  /* Where of a line's slots it is told, plus one; 0: it is not. */
  int32_t slot;
  /* WORD and RECORD: names. LIST and RECORD: the shape inside. OBJECT: members. */
  int32_t first;
  int32_t count;
  int32_t inside;
  int32_t min;
  int32_t max;
} shape;

typedef struct {
  /* With quotes; of a member with its colon, too. */
  int32_t at;
  int32_t length;
} name;

typedef struct {
  name key;
  int32_t shape;
  int32_t is_required;
} member;

#define MAX_SHAPES 256
#define MAX_MEMBERS 256
#define MAX_NAMES 256
#define MAX_NAME_BYTES 8192
/* Names are compared by sixteens: so much may be read behind the last one. */
#define SLACK 32
#define MAX_KINDS 16
#define MAX_LINES 256
#define SLOTS 8
/* Of a text with an escape, or a byte that is no ASCII. */
#define NOT_PLAIN 0x80000000u
/* None that is told is below zero. */
#define IS_NUMBER 0x80000000u
/* More digits may be more than a double has. */
#define MAX_DIGITS 15
#define NO_MIN INT32_MIN
#define NO_MAX INT32_MAX

typedef struct {
  /* Index of its kind, plus one; 0: nothing is said. */
  uint32_t kind;
  uint32_t from;
  uint32_t end;
  uint32_t observed_at;
  /* A text from and to, a word's index plus one, a flag plus one, or a number's halves. 0, 0: it is not there, or null. */
  uint32_t slots[SLOTS][2];
} line;

static shape shapes[MAX_SHAPES];
static member members[MAX_MEMBERS];
static name names[MAX_NAMES];
static uint8_t name_bytes[MAX_NAME_BYTES + SLACK];
static struct {
  name word;
  int32_t shape;
} kinds[MAX_KINDS];
static int32_t kind_count;
static line lines[MAX_LINES];

EXPORT(shapes_at) shape *shapes_at(void) { return shapes; }
EXPORT(members_at) member *members_at(void) { return members; }
EXPORT(names_at) name *names_at(void) { return names; }
EXPORT(name_bytes_at) uint8_t *name_bytes_at(void) { return name_bytes; }
EXPORT(kinds_at) void *kinds_at(void) { return kinds; }
EXPORT(lines_at) line *lines_at(void) { return lines; }
EXPORT(set_kind_count) void set_kind_count(int32_t count) { kind_count = count; }

/* Each reads what begins at `at` and gives back where it ends; NULL: nothing is said. A line feed is part of nothing, and ends all. */
typedef const uint8_t *place;

static inline uint32_t address_of(place at) { return (uint32_t)(uintptr_t)at; }

static inline int begins_with(place at, name expected) {
  const uint8_t *with = name_bytes + expected.at;
  int32_t left = expected.length;
  for (; left > 16; left -= 16, at += 16, with += 16) {
    if (wasm_i8x16_bitmask(wasm_i8x16_eq(wasm_v128_load(at), wasm_v128_load(with))) != 0xffff) return 0;
  }
  uint32_t same = wasm_i8x16_bitmask(wasm_i8x16_eq(wasm_v128_load(at), wasm_v128_load(with)));
  uint32_t due = (1u << left) - 1;
  return (same & due) == due;
}

static inline int is_digit(uint8_t byte) { return (uint8_t)(byte - '0') < 10; }

static inline int is_hex(uint8_t byte) {
  return is_digit(byte) || (uint8_t)((byte | 0x20) - 'a') < 6;
}

/* Behind the backslash. */
static place skip_escape(place at) {
  switch (*at) {
    case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't':
      return at + 1;
    case 'u':
      for (int index = 1; index <= 4; index += 1) {
        if (!is_hex(at[index])) return NULL;
      }
      return at + 5;
    default:
      return NULL;
  }
}

/* Behind the first quote, to behind the last one. Bytes that are no UTF-8 are a text, too: they are read as U+FFFD. */
static place skip_text(place at, uint32_t *marks) {
  const v128_t quote = wasm_i8x16_splat('"');
  const v128_t backslash = wasm_i8x16_splat('\\');
  const v128_t space = wasm_i8x16_splat(' ');
  uint32_t high = 0;
  for (;;) {
    v128_t bytes = wasm_v128_load(at);
    v128_t stops = wasm_v128_or(wasm_v128_or(wasm_i8x16_eq(bytes, quote), wasm_i8x16_eq(bytes, backslash)),
                                wasm_u8x16_lt(bytes, space));
    uint32_t stop = wasm_i8x16_bitmask(stops);
    uint32_t top = wasm_i8x16_bitmask(bytes);
    if (stop == 0) {
      high |= top;
      at += 16;
      continue;
    }
    uint32_t index = (uint32_t)__builtin_ctz(stop);
    high |= top & ((1u << index) - 1);
    at += index;
    if (*at != '\\') break;
    high = 1;
    at = skip_escape(at + 1);
    if (at == NULL) return NULL;
  }
  *marks = high != 0 ? NOT_PLAIN : 0;
  return *at == '"' ? at + 1 : NULL;
}

static inline int two_digits(place at) {
  return is_digit(at[0]) && is_digit(at[1]) ? (at[0] - '0') * 10 + at[1] - '0' : -1;
}

static inline int is_leap_year(int year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* `"2026-01-31T12:00:00.000001Z"`, from behind the first quote. */
static place skip_timestamp(place at) {
  static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int century = two_digits(at), year = two_digits(at + 2), month = two_digits(at + 5), day = two_digits(at + 8);
  if (century < 0 || year < 0 || at[4] != '-' || at[7] != '-' || month < 1 || month > 12 || day < 1) return NULL;
  int is_last_of_leap = month == 2 && day == 29 && is_leap_year(century * 100 + year);
  if (day > days[month - 1] && !is_last_of_leap) return NULL;
  int hour = two_digits(at + 11), minute = two_digits(at + 14), second = two_digits(at + 17);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return NULL;
  if (at[10] != 'T' || at[13] != ':' || at[16] != ':' || at[19] != '.') return NULL;
  if (two_digits(at + 20) < 0 || two_digits(at + 22) < 0 || two_digits(at + 24) < 0) return NULL;
  return at[26] == 'Z' && at[27] == '"' ? at + 28 : NULL;
}

/* `"12-ab"`, from behind the first quote. */
static place skip_process_id(place at) {
  place digits = at;
  while (is_digit(*at)) at += 1;
  if (at == digits || *at != '-') return NULL;
  at += 1;
  place rest = at;
  while (is_digit(*at) || (uint8_t)(*at - 'a') < 26) at += 1;
  return at != rest && *at == '"' ? at + 1 : NULL;
}

static place read_whole_number(place at, int64_t *number) {
  int is_negative = *at == '-';
  at += is_negative;
  place digits = at;
  uint64_t value = 0;
  while (is_digit(*at) && at - digits <= MAX_DIGITS) {
    value = value * 10 + (uint64_t)(*at - '0');
    at += 1;
  }
  ptrdiff_t length = at - digits;
  if (length == 0 || length > MAX_DIGITS) return NULL;
  /* None begins with a zero but zero itself, and of that there is another one below zero. */
  if (*digits == '0' && (length > 1 || is_negative)) return NULL;
  /* A fraction or an exponent may follow, and be none. */
  if (*at == '.' || (*at | 0x20) == 'e') return NULL;
  *number = is_negative ? -(int64_t)value : (int64_t)value;
  return at;
}

static inline int is_word(place at, const char *word) {
  while (*word != 0) {
    if (*at++ != (uint8_t)*word++) return 0;
  }
  return 1;
}

static void tell(line *of, const shape *as, uint32_t first, uint32_t second) {
  if (as->slot == 0) return;
  of->slots[as->slot - 1][0] = first;
  of->slots[as->slot - 1][1] = second;
}

static place skip_value(place at, const shape *as, line *of);

static place skip_list(place at, const shape *as, line *of) {
  if (*at != '[') return NULL;
  at += 1;
  if (*at == ']') return at + 1;
  for (;;) {
    at = skip_value(at, &shapes[as->inside], of);
    if (at == NULL) return NULL;
    if (*at == ']') return at + 1;
    if (*at != ',') return NULL;
    at += 1;
  }
}

/* From where a member is due, with those before it in `seen`. None may come twice: the last one would count. */
static place skip_members(place at, const shape *as, uint32_t seen, line *of) {
  const member *all = &members[as->first];
  int32_t next = 0;
  for (;;) {
    int32_t tried = 0;
    while (!begins_with(at, all[next].key)) {
      next = next + 1 < as->count ? next + 1 : 0;
      tried += 1;
      if (tried >= as->count) return NULL;
    }
    uint32_t bit = 1u << next;
    if (seen & bit) return NULL;
    seen |= bit;
    at = skip_value(at + all[next].key.length, &shapes[all[next].shape], of);
    if (at == NULL) return NULL;
    next = next + 1 < as->count ? next + 1 : 0;
    if (*at == '}') break;
    if (*at != ',') return NULL;
    at += 1;
  }
  for (int32_t index = 0; index < as->count; index += 1) {
    if (all[index].is_required && !(seen & (1u << index))) return NULL;
  }
  return at + 1;
}

static place skip_object(place at, const shape *as, line *of) {
  if (*at != '{') return NULL;
  if (at[1] != '}') return skip_members(at + 1, as, 0, of);
  for (int32_t index = 0; index < as->count; index += 1) {
    if (members[as->first + index].is_required) return NULL;
  }
  return at + 2;
}

/* Names of a record are a few, and so are those that a shape has. */
static int32_t find_name(place at, const shape *as) {
  for (int32_t index = 0; index < as->count; index += 1) {
    if (begins_with(at, names[as->first + index])) return index;
  }
  return -1;
}

static place skip_record(place at, const shape *as, line *of) {
  if (*at != '{') return NULL;
  at += 1;
  if (*at == '}') return at + 1;
  for (;;) {
    int32_t index = find_name(at, as);
    if (index < 0) return NULL;
    at += names[as->first + index].length;
    if (*at != ':') return NULL;
    at = skip_value(at + 1, &shapes[as->inside], of);
    if (at == NULL) return NULL;
    if (*at == '}') return at + 1;
    if (*at != ',') return NULL;
    at += 1;
  }
}

static place skip_quoted(place at, const shape *as, line *of) {
  if (*at != '"') return NULL;
  place from = at + 1;
  uint32_t marks = 0;
  if (as->type == TEXT) at = skip_text(from, &marks);
  else if (as->type == TIMESTAMP) at = skip_timestamp(from);
  else at = skip_process_id(from);
  if (at != NULL) tell(of, as, address_of(from) | marks, address_of(at) - 1);
  return at;
}

static place skip_value(place at, const shape *as, line *of) {
  if (as->is_nullable && is_word(at, "null")) return at + 4;
  switch (as->type) {
    case TEXT: case TIMESTAMP: case PROCESS_ID:
      return skip_quoted(at, as, of);
    case WORD: {
      int32_t index = find_name(at, as);
      if (index < 0) return NULL;
      tell(of, as, (uint32_t)index + 1, 0);
      return at + names[as->first + index].length;
    }
    case INTEGER: {
      int64_t number = 0;
      at = read_whole_number(at, &number);
      if (at == NULL || (as->min != NO_MIN && number < as->min) || (as->max != NO_MAX && number > as->max)) return NULL;
      tell(of, as, (uint32_t)number, (uint32_t)((uint64_t)number >> 32) | IS_NUMBER);
      return at;
    }
    case FLAG: {
      int is_true = is_word(at, "true");
      if (!is_true && !is_word(at, "false")) return NULL;
      tell(of, as, (uint32_t)is_true + 1, 0);
      return at + (is_true ? 4 : 5);
    }
    case LIST:
      return skip_list(at, as, of);
    case OBJECT:
      return skip_object(at, as, of);
    default:
      return skip_record(at, as, of);
  }
}

/* To behind the line's last bracket. Guards write these three first. */
static place skip_event(place at, int64_t due, line *of) {
  if (!is_word(at, "{\"seq\":")) return NULL;
  int64_t seq = 0;
  at = read_whole_number(at + 7, &seq);
  if (at == NULL || seq != due || !is_word(at, ",\"observedAt\":\"")) return NULL;
  at += 15;
  of->observed_at = address_of(at);
  at = skip_timestamp(at);
  if (at == NULL || !is_word(at, ",\"kind\":")) return NULL;
  at += 8;
  for (int32_t index = 0; index < kind_count; index += 1) {
    if (!begins_with(at, kinds[index].word)) continue;
    at += kinds[index].word.length;
    if (*at != ',') return NULL;
    at = skip_members(at + 1, &shapes[kinds[index].shape], 0, of);
    of->kind = (uint32_t)index + 1;
    return at;
  }
  return NULL;
}

static place find_line_feed(place at, place end) {
  const v128_t line_feed = wasm_i8x16_splat('\n');
  for (; at < end; at += 16) {
    uint32_t found = wasm_i8x16_bitmask(wasm_i8x16_eq(wasm_v128_load(at), line_feed));
    if (found != 0) return at + __builtin_ctz(found);
  }
  return end;
}

/*
 * How many lines of [at, end) it has told of, MAX_LINES at most. A line feed stands at `end`, and 64 bytes from there may be read. A
 * line that has no line feed of its own is not told of.
 */
EXPORT(scan) uint32_t scan(place at, place end, double first_seq, uint32_t max_lines) {
  uint32_t count = 0;
  int64_t due = (int64_t)first_seq;
  while (at < end && count < MAX_LINES && count < max_lines) {
    line *of = &lines[count];
    __builtin_memset(of, 0, sizeof *of);
    of->from = address_of(at);
    place behind = skip_event(at, due, of);
    if (behind == NULL || *behind != '\n') {
      of->kind = 0;
      behind = find_line_feed(at, end);
    }
    if (behind >= end) break;
    of->end = address_of(behind);
    at = behind + 1;
    due += 1;
    count += 1;
  }
  return count;
}
