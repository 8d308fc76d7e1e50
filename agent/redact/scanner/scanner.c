/*
 * The loops over every byte. They say where something may be; TypeScript, which sees a thousandth of the bytes, decides. Compiled
 * to WebAssembly by scripts/build-scanner.mjs; scanner.ts holds the same layouts and owns all memory from __heap_base on.
 */
#include <stddef.h>
#include <stdint.h>
#include <wasm_simd128.h>

#define EXPORT(name) __attribute__((export_name(#name)))

typedef struct {
  uint32_t position;
  uint32_t id;
} hit;

/* Filled by whichever function ran last; of a text that has more of them, it is asked again from where it stopped. */
#define MAX_HITS 8192
static hit hits[MAX_HITS];
static uint32_t hit_count;

static uint32_t class_bits[256];

EXPORT(hits_at) hit *hits_at(void) { return hits; }
EXPORT(hit_count_of) uint32_t hit_count_of(void) { return hit_count; }
EXPORT(class_bits_at) uint32_t *class_bits_at(void) { return class_bits; }

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

static inline int is_of(uint8_t byte, uint32_t bits) { return (class_bits[byte] & bits) != 0; }

static inline uint8_t lowered(uint8_t byte) { return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte; }

/* ---- Anchors: three bytes of each are hashed, with the bit set that tells small letters from capitals. ---- */

#define GRAM_BITS 16
#define MAX_ANCHORS 4096
#define MAX_LITERAL 24

enum { IGNORE_CASE = 1, IS_ASSIGNED = 2 };

typedef struct {
  uint8_t literal[MAX_LITERAL];
  uint8_t length;
  /* Where in the literal the hashed three bytes begin. */
  uint8_t gram_at;
  uint8_t flags;
  uint8_t reserved;
  uint32_t not_after;
  uint32_t followed_by;
  uint32_t at_least;
  /* Of the next one with the same hash, plus one. */
  uint32_t next;
} anchor;

static uint32_t gram_bitmap[(1 << GRAM_BITS) / 32];
static uint16_t gram_heads[1 << GRAM_BITS];
static anchor anchors[MAX_ANCHORS];

EXPORT(anchors_at) anchor *anchors_at(void) { return anchors; }

static inline uint32_t gram_hash(uint32_t bytes) {
  return (((bytes & 0xffffff) | 0x202020) * 0x9e3779b1u) >> (32 - GRAM_BITS);
}

EXPORT(link_anchor) void link_anchor(uint32_t index) {
  anchor *added = &anchors[index];
  uint32_t hash = gram_hash(load32(added->literal + added->gram_at));
  gram_bitmap[hash / 32] |= 1u << (hash % 32);
  added->next = gram_heads[hash];
  gram_heads[hash] = (uint16_t)(index + 1);
}

static inline int is_of_name(uint8_t byte) {
  uint8_t letter = byte | 0x20;
  return (letter >= 'a' && letter <= 'z') || (byte >= '0' && byte <= '9') || byte == '_' || byte == '.' || byte == '-';
}

static int is_assigned(const uint8_t *at, const uint8_t *end) {
  const uint8_t *name_end = end - at > 32 ? at + 32 : end;
  while (at < name_end && is_of_name(*at)) at++;
  for (int i = 0; i < 2 && at < end && (*at == '"' || *at == '\'' || *at == '`' || *at == '\\' || *at == ']'); i++) at++;
  for (int i = 0; i < 4 && at < end && (*at == ' ' || *at == '\t'); i++) at++;
  return at >= end || *at == '=' || *at == ':';
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
  if (one->not_after && at > start && is_of(at[-1], one->not_after)) return 0;
  const uint8_t *behind = at + one->length;
  if (one->followed_by) {
    const uint8_t *last = end - behind > (int32_t)one->at_least ? behind + one->at_least : end;
    for (const uint8_t *next = behind; next < last; next++)
      if (!is_of(*next, one->followed_by)) return 0;
  }
  return !(one->flags & IS_ASSIGNED) || is_assigned(behind, end);
}

/*
 * Anchors that begin at `first` or behind it. Up to three bytes behind `end` are read and do not count. Returns `end`, or the `from` to go on with
 * when `hits` is full.
 */
EXPORT(scan_anchors)
const uint8_t *scan_anchors(const uint8_t *start, const uint8_t *first, const uint8_t *from, const uint8_t *end) {
  uint32_t count = 0;
  const uint8_t *at = from;
  for (; at + 3 <= end; at++) {
    uint32_t hash = gram_hash(load32(at));
    if (!(gram_bitmap[hash / 32] >> (hash % 32) & 1)) continue;
    if (count + 64 > MAX_HITS) break;
    for (uint32_t index = gram_heads[hash]; index; index = anchors[index - 1].next) {
      const anchor *one = &anchors[index - 1];
      const uint8_t *begin = at - one->gram_at;
      if (begin >= first && count < MAX_HITS && stands(one, begin, start, end)) hits[count++] = (hit){(uint32_t)(uintptr_t)begin, index - 1};
    }
  }
  hit_count = count;
  return at + 3 <= end ? at : end;
}

/* ---- Windows of known values: eight bytes each, or four. ---- */

typedef struct {
  uint64_t bytes;
  uint32_t id;
  uint32_t next;
} window;

/* Tables that scanner.ts has made for as many windows as there are. */
typedef struct {
  uint32_t *bitmap;
  uint32_t *heads;
  window *windows;
  uint32_t bitmap_bits;
  uint32_t head_bits;
} window_table;

static window_table tables[2];

EXPORT(window_table_at) window_table *window_table_at(uint32_t is_short) { return &tables[is_short]; }

static inline uint64_t mix(uint64_t bytes) { return bytes * 0x9e3779b97f4a7c15u; }

EXPORT(link_window) void link_window(uint32_t is_short, uint32_t index) {
  window_table *table = &tables[is_short];
  window *added = &table->windows[index];
  uint64_t mixed = mix(added->bytes);
  uint32_t bit = (uint32_t)(mixed >> (64 - table->bitmap_bits));
  uint32_t *head = &table->heads[(uint32_t)(mixed >> (64 - table->head_bits))];
  table->bitmap[bit / 32] |= 1u << (bit % 32);
  added->next = *head;
  *head = index + 1;
}

static inline const uint8_t *scan_windows(uint32_t is_short, const uint8_t *from, const uint8_t *end) {
  const window_table table = tables[is_short];
  const uint32_t width = is_short ? 4 : 8;
  uint32_t count = 0;
  const uint8_t *at = from;
  for (; at + width <= end; at++) {
    uint64_t bytes = is_short ? load32(at) : load64(at);
    uint64_t mixed = mix(bytes);
    uint32_t bit = (uint32_t)(mixed >> (64 - table.bitmap_bits));
    if (!(table.bitmap[bit / 32] >> (bit % 32) & 1)) continue;
    uint32_t begun = count;
    uint32_t index = table.heads[(uint32_t)(mixed >> (64 - table.head_bits))];
    for (; index; index = table.windows[index - 1].next) {
      if (table.windows[index - 1].bytes != bytes) continue;
      if (count == MAX_HITS) break;
      hits[count++] = (hit){(uint32_t)(uintptr_t)at, table.windows[index - 1].id};
    }
    /* One place gives all of its hits at once; only a place with more than MAX_HITS of its own loses some. */
    if (index && begun > 0) {
      count = begun;
      break;
    }
  }
  hit_count = count;
  return at + width <= end ? at : end;
}

EXPORT(scan_long_windows)
const uint8_t *scan_long_windows(const uint8_t *from, const uint8_t *end) { return scan_windows(0, from, end); }
EXPORT(scan_short_windows)
const uint8_t *scan_short_windows(const uint8_t *from, const uint8_t *end) { return scan_windows(1, from, end); }

/* ---- Lines ---- */

static inline uint32_t matches(const uint8_t *at, uint8_t byte) {
  return wasm_i8x16_bitmask(wasm_i8x16_eq(wasm_v128_load(at), wasm_i8x16_splat((int8_t)byte)));
}

EXPORT(count_bytes)
uint32_t count_bytes(const uint8_t *at, const uint8_t *end, uint32_t byte) {
  uint32_t count = 0;
  for (; at + 16 <= end; at += 16) count += (uint32_t)__builtin_popcount(matches(at, (uint8_t)byte));
  for (; at < end; at++) count += *at == byte;
  return count;
}

/* The last place of the byte in the text, or null. */
EXPORT(find_last)
const uint8_t *find_last(const uint8_t *start, const uint8_t *end, uint32_t byte) {
  while (end - start >= 16) {
    uint32_t found = matches(end - 16, (uint8_t)byte);
    if (found) return end - 16 + (31 - __builtin_clz(found));
    end -= 16;
  }
  while (end > start)
    if (*--end == byte) return end;
  return 0;
}

EXPORT(find_first)
const uint8_t *find_first(const uint8_t *at, const uint8_t *end, uint32_t byte) {
  for (; at + 16 <= end; at += 16) {
    uint32_t found = matches(at, (uint8_t)byte);
    if (found) return at + __builtin_ctz(found);
  }
  for (; at < end; at++)
    if (*at == byte) return at;
  return 0;
}

/* ---- Terminal sequences and stamps: the text without them, and which byte of the input each stretch of it is from. ---- */

typedef struct {
  uint32_t text_at;
  uint32_t input_at;
} stretch;

static uint32_t stretch_count;
EXPORT(stretch_count_of) uint32_t stretch_count_of(void) { return stretch_count; }

#define ESCAPE 0x1b
#define BELL 0x07
/* xterm takes 30 parameters of 5 digits; what is longer is no sequence that a terminal knows. */
#define MAX_PARAMETERS 160

/*
 * ECMA-48. Behind ESC: `[`, parameters, intermediates and a final byte; or intermediates and a final byte; or one byte. What stands in
 * a string sequence (a title, a link) is shown by some terminals and kept by every log, so it stays as text: only ESC and its letter are
 * taken, and the ST that ends it, which is ESC and a backslash.
 */
static const uint8_t *behind_sequence(const uint8_t *escape, const uint8_t *end) {
  const uint8_t *at = escape + 1;
  if (at == end || *at < 0x20 || *at > 0x7e) return at;
  if (*at == '[') {
    const uint8_t *last = end - at > MAX_PARAMETERS ? at + MAX_PARAMETERS : end;
    at++;
    while (at < last && *at >= 0x20 && *at <= 0x3f) at++;
    return at < last && *at >= 0x40 && *at <= 0x7e ? at + 1 : escape + 2;
  }
  for (int i = 0; i < 3 && at < end && *at >= 0x20 && *at <= 0x2f; i++) at++;
  return at < end && *at >= 0x30 && *at <= 0x7e ? at + 1 : at;
}

static inline int is_digit(uint8_t byte) { return byte >= '0' && byte <= '9'; }

/* `2026-11-21T22:58:08.1234567Z `, with 3 to 9 digits of a second, as GitHub, Kubernetes and Docker put before a line; a byte order mark before. */
static const uint8_t *behind_stamp(const uint8_t *line, const uint8_t *end) {
  static const char form[] = "dddd-dd-ddTdd:dd:dd.ddd";
  const uint8_t *at = line;
  if (end - at > 3 && at[0] == 0xef && at[1] == 0xbb && at[2] == 0xbf) at += 3;
  if (end - at < 25 || at[4] != '-' || at[10] != 'T') return line;
  for (uint32_t i = 0; i < sizeof form - 1; i++, at++)
    if (form[i] == 'd' ? !is_digit(*at) : *at != form[i]) return line;
  for (int i = 0; i < 6 && at < end && is_digit(*at); i++) at++;
  return end - at >= 2 && at[0] == 'Z' && at[1] == ' ' ? at + 2 : line;
}

static const uint8_t *next_of_either(const uint8_t *at, const uint8_t *end) {
  for (; at + 16 <= end; at += 16) {
    uint32_t found = matches(at, ESCAPE) | matches(at, '\n');
    if (found) return at + __builtin_ctz(found);
  }
  while (at < end && *at != ESCAPE && *at != '\n') at++;
  return at;
}

/*
 * Writes the text to `to`, at most as long as the input, and its stretches, at most one more than there are ESC and newlines. Returns
 * the end of the text. Where nothing had to be taken out there are no stretches and nothing is written: the input is the text.
 */
EXPORT(strip)
uint8_t *strip(const uint8_t *from, const uint8_t *end, uint8_t *to, stretch *stretches, uint32_t begins_line) {
  uint8_t *written = to;
  const uint8_t *kept = begins_line ? behind_stamp(from, end) : from;
  uint32_t count = 0;
  const uint8_t *at = kept;
  if (kept != from) stretches[count++] = (stretch){(uint32_t)(uintptr_t)written, (uint32_t)(uintptr_t)kept};
  while (at < end) {
    at = next_of_either(at, end);
    if (at == end) break;
    const uint8_t *resume;
    if (*at == '\n') {
      at++;
      resume = behind_stamp(at, end);
      if (resume == at) continue;
    } else {
      resume = behind_sequence(at, end);
    }
    if (count == 0) stretches[count++] = (stretch){(uint32_t)(uintptr_t)written, (uint32_t)(uintptr_t)from};
    __builtin_memcpy(written, kept, (uint32_t)(at - kept));
    written += at - kept;
    if (stretches[count - 1].text_at == (uint32_t)(uintptr_t)written) count--;
    stretches[count++] = (stretch){(uint32_t)(uintptr_t)written, (uint32_t)(uintptr_t)resume};
    kept = at = resume;
  }
  stretch_count = count;
  if (count == 0) return to;
  __builtin_memcpy(written, kept, (uint32_t)(end - kept));
  return written + (end - kept);
}

/* ---- Runs that may be decoded. decode/decodable-runs.ts is the definition; the tests hold this against it. ---- */

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
#define MAX_LOOK 4096
#define MIN_PRINTABLE 12
#define MIN_ALTERNATING 16
#define MAX_RUNS 4096

typedef struct {
  uint32_t kind;
  uint32_t start;
  uint32_t end;
  uint32_t alignments;
} run;

static radix radixes[RADIX_COUNT];
static run runs[MAX_RUNS];
static uint32_t run_count;

EXPORT(radixes_at) radix *radixes_at(void) { return radixes; }
EXPORT(runs_at) run *runs_at(void) { return runs; }
EXPORT(run_count_of) uint32_t run_count_of(void) { return run_count; }

static inline int is_printable(uint8_t byte) {
  return (byte >= 0x20 && byte < 0x7f) || byte == '\t' || byte == '\n' || byte == '\r';
}

static int looks_like_text(const radix *of, const uint8_t *at, const uint8_t *end) {
  uint32_t held = 0, bits = 0, printable = 0, alternating = 0, previous = 2, history = 0, count = 0;
  for (; at < end; at++) {
    held = held << of->bits | of->digits[*at];
    bits += of->bits;
    if (bits < 8) continue;
    bits -= 8;
    uint8_t byte = (uint8_t)(held >> bits);
    history = history << 8 | byte;
    count++;
    if (is_printable(byte)) {
      alternating = previous == 1 ? 1 : previous == 0 ? alternating + 1 : 1;
      previous = 1;
      if (++printable == MIN_PRINTABLE) return 1;
    } else {
      printable = 0;
      if (byte == 0) {
        alternating = previous == 0 ? 1 : alternating + 1;
        previous = 0;
      } else {
        alternating = 0;
        previous = 2;
      }
    }
    if (alternating == MIN_ALTERNATING) return 1;
    if (count >= 4 && (history & 0xffffffe0) == 0x1f8b0800) return 1;
    if (count == 3 && (history & 0xff0000) == 0x780000 && (history & 0x06) != 0x06) {
      uint8_t flags = (uint8_t)(history >> 8);
      if (flags == 0x01 || flags == 0x5e || flags == 0x9c || flags == 0xda) return 1;
    }
  }
  return 0;
}

static void note_run(uint32_t kind, const uint8_t *start, const uint8_t *last, const uint8_t *end) {
  const radix *of = &radixes[kind];
  if (last - start < of->min_characters || run_count == MAX_RUNS) return;
  uint32_t alignments = 0;
  for (uint32_t alignment = 0; alignment < of->characters_in_group; alignment++) {
    const uint8_t *from = start + alignment;
    const uint8_t *to = last - from > MAX_LOOK ? from + MAX_LOOK : last;
    if (looks_like_text(of, from, to)) alignments |= 1u << alignment;
  }
  if (!alignments) return;
  const uint8_t *padded = last;
  while (padded < end && padded - last < of->max_padding && *padded == '=') padded++;
  runs[run_count++] = (run){kind, (uint32_t)(uintptr_t)start, (uint32_t)(uintptr_t)padded, alignments};
}

static void note_runs_within(uint32_t kind, const uint8_t *at, const uint8_t *last, const uint8_t *end) {
  const radix *of = &radixes[kind];
  while (at < last) {
    const uint8_t *begun = at;
    while (at < last && of->digits[*at] != NO_DIGIT) at++;
    note_run(kind, begun, at, end);
    at++;
  }
}

/* The characters of hex and base32 are among those of base64, so their runs lie within its runs. */
static void note_runs(const uint8_t *start, const uint8_t *last, const uint8_t *end) {
  const uint8_t *at = start;
  while (at < last && radixes[HEX].digits[*at] != NO_DIGIT) at++;
  if (at == last) {
    note_run(HEX, start, last, end);
  } else {
    note_run(BASE64, start, last, end);
    note_runs_within(HEX, start, last, end);
  }
  note_runs_within(BASE32, start, last, end);
}

/* Bit n is set when byte n of the sixteen is of `0-9A-Za-z+/_-`: both of its halves allow one of the groups. */
static inline uint32_t base64_characters(const uint8_t *at) {
  const v128_t high_groups = wasm_i8x16_const(0, 0, 1, 2, 4, 8, 4, 16, 0, 0, 0, 0, 0, 0, 0, 0);
  /* By the low half: 1 is + - /, 2 is 0-9, 4 is A-O and a-o, 8 is P-Z and _, 16 is p-z. */
  const v128_t low_groups = wasm_i8x16_const(2 | 8 | 16, 2 | 4 | 8 | 16, 2 | 4 | 8 | 16, 2 | 4 | 8 | 16, 2 | 4 | 8 | 16, 2 | 4 | 8 | 16,
                                             2 | 4 | 8 | 16, 2 | 4 | 8 | 16, 2 | 4 | 8 | 16, 2 | 4 | 8 | 16, 4 | 8 | 16, 1 | 4, 4, 1 | 4, 4, 1 | 4 | 8);
  v128_t bytes = wasm_v128_load(at);
  v128_t high = wasm_i8x16_swizzle(high_groups, wasm_u8x16_shr(bytes, 4));
  v128_t low = wasm_i8x16_swizzle(low_groups, wasm_v128_and(bytes, wasm_i8x16_splat(15)));
  return 0xffff & ~wasm_i8x16_bitmask(wasm_i8x16_eq(wasm_v128_and(high, low), wasm_i8x16_splat(0)));
}

/*
 * Runs from `from` on, up to 15 bytes behind `end` are read and do not count. Returns `end`, or where to go on when `runs` is full, which is never
 * within a run.
 */
EXPORT(scan_runs)
const uint8_t *scan_runs(const uint8_t *from, const uint8_t *end) {
  const ptrdiff_t least = radixes[BASE64].min_characters;
  const uint8_t *begun = from;
  run_count = 0;
  for (const uint8_t *at = from; at < end; at += 16) {
    uint32_t of_run = base64_characters(at);
    if (end - at < 16) of_run &= (1u << (end - at)) - 1;
    if (of_run == 0xffff) continue;
    /* What does not belong to a run ends the one before it; of those in between, fifteen at most, none is long enough. */
    const uint8_t *last = at + __builtin_ctz(~of_run);
    if (last - begun >= least) {
      /* A run has its own, and one of hex or base32 for 20 of its characters at least. */
      if (run_count > 0 && run_count + 2 + 2 * (uint32_t)(last - begun) / 20 > MAX_RUNS) return begun;
      note_runs(begun, last, end);
    }
    begun = at + (32 - __builtin_clz(0xffff & ~of_run));
  }
  if (end - begun >= least) note_runs(begun, end, end);
  return end;
}
