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
/* Of a line's kind: it was added to an earlier line that says the same. */
#define FOLDED 0x100u
/* A line that has more to be told by is told by itself. */
#define MAX_KEY 128
#define KEY_SLACK 32
/* Twice as many as there are lines. */
#define FOLD_PLACES 512
/* The largest whole number that a double tells from its neighbours. */
#define MAX_SUM 9007199254740991ull
/* Of a time the day is told. */
#define DAY_LENGTH 10
/* Of a text with an escape, or a byte that is no ASCII. */
#define NOT_PLAIN 0x80000000u
/* None that is told is below zero. */
#define IS_NUMBER 0x80000000u
/* More digits may be more than a double has. */
#define MAX_DIGITS 15
/* As processIdSchema in protocol/primitives.ts has them. */
#define MAX_PID_DIGITS 10
#define MAX_START_DIGITS 13
#define NO_MIN INT32_MIN
#define NO_MAX INT32_MAX

typedef struct {
  /* Index of its kind, plus one; 0: nothing is said. */
  uint32_t kind;
  uint32_t from;
  uint32_t end;
  uint32_t observed_at;
  /* A text from and to, or the halves of a number, of a word's index, or of a flag. 0, 0: it is not there, or null. */
  _Alignas(8) uint32_t slots[SLOTS][2];
} line;

static shape shapes[MAX_SHAPES];
static member members[MAX_MEMBERS];
static name names[MAX_NAMES];
static uint8_t name_bytes[MAX_NAME_BYTES + SLACK];
static struct {
  name word;
  int32_t shape;
  /* The slot that is added up of lines that are alike in all others, plus one; 0: none are. */
  int32_t sum_slot;
  /* Slots, plus one: the text of the one counts where the other is not there. 0: there is none. */
  int32_t stand_in_slot;
  int32_t stood_for_slot;
} kinds[MAX_KINDS];
static int32_t kind_count;
static line lines[MAX_LINES];
/* What each line says, of kinds that are folded: slots as they are told, each behind its number. */
static uint8_t keys[MAX_LINES][MAX_KEY + KEY_SLACK];
static uint32_t key_lengths[MAX_LINES];
/* Index of a line, plus one. */
static uint16_t fold_places[FOLD_PLACES];
/* Of the line that is being read; NULL: it has none. */
static uint8_t *key;
static uint32_t key_length;
static int32_t key_sum_slot;
static int32_t key_stand_in_slot;

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

/* By sixteens: 15 bytes behind each may be read. */
static inline int is_same(const uint8_t *one, const uint8_t *other, int32_t length) {
  for (; length > 16; length -= 16, one += 16, other += 16) {
    if (wasm_i8x16_bitmask(wasm_i8x16_eq(wasm_v128_load(one), wasm_v128_load(other))) != 0xffff) return 0;
  }
  uint32_t same = wasm_i8x16_bitmask(wasm_i8x16_eq(wasm_v128_load(one), wasm_v128_load(other)));
  uint32_t due = (1u << length) - 1;
  return (same & due) == due;
}

static inline int begins_with(place at, name expected) {
  return is_same(at, name_bytes + expected.at, expected.length);
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
  if (at == digits || at - digits > MAX_PID_DIGITS || *at != '-') return NULL;
  at += 1;
  place start = at;
  while (is_digit(*at) || (uint8_t)(*at - 'a') < 26) at += 1;
  if (at == start || at - start > MAX_START_DIGITS) return NULL;
  return *at == '"' ? at + 1 : NULL;
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

static void add_to_key(int32_t slot, place from, uint32_t length) {
  if (key == NULL || slot == key_sum_slot || slot == key_stand_in_slot) return;
  if (key_length + length + 2 > MAX_KEY) {
    key = NULL;
    return;
  }
  key[key_length] = (uint8_t)slot;
  key[key_length + 1] = (uint8_t)length;
  /* By sixteens, too: what is written beyond is written again, or never read. */
  for (uint32_t index = 0; index < length; index += 16) {
    wasm_v128_store(key + key_length + 2 + index, wasm_v128_load(from + index));
  }
  key_length += length + 2;
}

static void add_stand_in(int32_t slot, int32_t stood_for, line *of) {
  key_stand_in_slot = 0;
  if (slot == 0 || of->slots[stood_for - 1][1] != 0) return;
  /* Not there, it is something else than a text of no length. */
  if (of->slots[slot - 1][1] == 0) return;
  uint32_t from = of->slots[slot - 1][0] & ~NOT_PLAIN;
  add_to_key(slot, (place)(uintptr_t)from, of->slots[slot - 1][1] - from);
}

static void tell_text(line *of, const shape *as, place from, place end, uint32_t marks) {
  if (as->slot == 0) return;
  of->slots[as->slot - 1][0] = address_of(from) | marks;
  of->slots[as->slot - 1][1] = address_of(end);
  add_to_key(as->slot, from, (uint32_t)(end - from));
}

static void tell_number(line *of, const shape *as, uint64_t number) {
  if (as->slot == 0) return;
  of->slots[as->slot - 1][0] = (uint32_t)number;
  of->slots[as->slot - 1][1] = (uint32_t)(number >> 32) | IS_NUMBER;
  /* With as much behind it as is copied at once. */
  const uint64_t bytes[2] = {number, 0};
  add_to_key(as->slot, (place)bytes, sizeof number);
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
  if (at != NULL) tell_text(of, as, from, as->type == TIMESTAMP ? from + DAY_LENGTH : at - 1, marks);
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
      tell_number(of, as, (uint64_t)index);
      return at + names[as->first + index].length;
    }
    case INTEGER: {
      int64_t number = 0;
      at = read_whole_number(at, &number);
      if (at == NULL || (as->min != NO_MIN && number < as->min) || (as->max != NO_MAX && number > as->max)) return NULL;
      tell_number(of, as, (uint64_t)number);
      return at;
    }
    case FLAG: {
      int is_true = is_word(at, "true");
      if (!is_true && !is_word(at, "false")) return NULL;
      tell_number(of, as, (uint64_t)is_true);
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
    of->kind = (uint32_t)index + 1;
    key_sum_slot = kinds[index].sum_slot;
    key_stand_in_slot = kinds[index].stand_in_slot;
    if (key_sum_slot == 0) key = NULL;
    at = skip_members(at + 1, &shapes[kinds[index].shape], 0, of);
    add_stand_in(kinds[index].stand_in_slot, kinds[index].stood_for_slot, of);
    return at;
  }
  return NULL;
}

static uint32_t hash_of(const uint8_t *bytes, uint32_t length) {
  uint32_t hash = length;
  for (uint32_t index = 0; index < length; index += 1) hash = (hash ^ bytes[index]) * 0x01000193u;
  return hash ^ hash >> 15;
}

static uint64_t *sum_of(line *of) { return (uint64_t *)(void *)of->slots[key_sum_slot - 1]; }

/* The line that has its key is added to an earlier one with the same key, where there is one. */
static void fold(uint32_t index) {
  line *of = &lines[index];
  key_lengths[index] = key_length;
  uint32_t at = hash_of(key, key_length) % FOLD_PLACES;
  for (; fold_places[at] != 0; at = (at + 1) % FOLD_PLACES) {
    uint32_t other = fold_places[at] - 1u;
    if (lines[other].kind != of->kind || key_lengths[other] != key_length) continue;
    if (!is_same(keys[other], key, (int32_t)key_length)) continue;
    const uint64_t mark = (uint64_t)IS_NUMBER << 32;
    uint64_t sum = (*sum_of(&lines[other]) & ~mark) + (*sum_of(of) & ~mark);
    *sum_of(&lines[other]) = (sum > MAX_SUM ? MAX_SUM : sum) | mark;
    of->kind |= FOLDED;
    return;
  }
  fold_places[at] = (uint16_t)(index + 1);
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
 * line that has no line feed of its own is not told of, and of one that is longer than it may be nothing is said.
 */
EXPORT(scan) uint32_t scan(place at, place end, double first_seq, uint32_t max_lines, uint32_t max_line_bytes) {
  uint32_t count = 0;
  int64_t due = (int64_t)first_seq;
  __builtin_memset(fold_places, 0, sizeof fold_places);
  while (at < end && count < MAX_LINES && count < max_lines) {
    line *of = &lines[count];
    __builtin_memset(of, 0, sizeof *of);
    of->from = address_of(at);
    key = keys[count];
    key_length = 0;
    place behind = skip_event(at, due, of);
    if (behind == NULL || *behind != '\n' || (uint32_t)(behind - at) > max_line_bytes) {
      of->kind = 0;
      key = NULL;
      behind = find_line_feed(at, end);
    }
    if (behind >= end) break;
    if (key != NULL) fold(count);
    of->end = address_of(behind);
    at = behind + 1;
    due += 1;
    count += 1;
  }
  return count;
}
