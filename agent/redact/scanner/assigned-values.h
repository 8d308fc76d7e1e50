/*
 * Whether what is assigned to a name may be a secret, as far as that can be said of what stands there without quotes: what structures/value and
 * structures/assignment say of it. They are asked wherever it may be one, and where it cannot be said.
 */
#pragma once

#include "bytes.h"

/* Of a name from its part on that says that it is a secret, of what closes it, and of blanks, as assigned-place.ts has them. */
#define MAX_NAME 32
#define MAX_CLOSING 8
#define MAX_BLANKS 64
#define MAX_TYPE 32
/* As unquoted-value.ts, delimit-value.ts and randomness.ts have them. */
#define SURELY_NO_NAME 64
#define MAX_NEXT_NAME 32
#define MAX_QUOTE_BACKSLASHES 7
#define LOOK_AHEAD 48
#define MAX_MEASURED 128
#define MAX_ORDINARY_COST 35
#define MIN_PASSWORD 6
#define MIN_TOKEN 8

/* In tenths of a bit, what a byte adds behind another: `previous << 8 | byte`. scanner.ts writes them. */
static uint8_t step_costs[1 << 16];

EXPORT(step_costs_at) uint8_t *step_costs_at(void) { return step_costs; }

/* Whether a byte is one of those that `ends_value` is about. */
static uint8_t may_end_value[256];

EXPORT(may_end_value_at) uint8_t *may_end_value_at(void) { return may_end_value; }

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

static inline int is_quote(uint8_t byte) { return byte == '"' || byte == '\'' || byte == '`'; }

static inline int is_blank_or_control(uint8_t byte) { return byte <= ' ' || byte == 0x7f; }

static inline int is_letter(uint8_t byte) { return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z'; }

static inline int is_of_value(uint8_t byte) {
  switch (byte) {
    case '"': case '\'': case '`': case ',': case ';': case ':': case ')': case ']': case '}': case '=': case '>': return 0;
    default: return !is_blank_or_control(byte);
  }
}

static int ends_in_word(const uint8_t *start, const uint8_t *end, const char *word, ptrdiff_t length) {
  if (end - start < length) return 0;
  for (ptrdiff_t n = 0; n < length; n++)
    if (lowered(end[n - length]) != (uint8_t)word[n]) return 0;
  return 1;
}

static int ends_in_sensitive_word(const uint8_t *start, const uint8_t *end) {
#define ENDS_IN(word) ends_in_word(start, end, word, sizeof word - 1)
  if (end - start < 3) return 0;
  switch (lowered(end[-1])) {
    case 'd': return ENDS_IN("password") || ENDS_IN("passwd") || ENDS_IN("pwd");
    case 't': return ENDS_IN("secret");
    case 'n': return ENDS_IN("token");
    case 'y': return ENDS_IN("key");
    case 'e': return ENDS_IN("passphrase");
    default: return 0;
  }
#undef ENDS_IN
}

static int is_escaped_quote(const uint8_t *at, const uint8_t *to) {
  const uint8_t *first = at;
  while (at < to && at - first < MAX_QUOTE_BACKSLASHES && *at == '\\') at++;
  return at < to && (*at == '"' || *at == '\'');
}

static int is_assigned_name(const uint8_t *from, const uint8_t *to) {
  const uint8_t *most = to - from > MAX_NEXT_NAME ? from + MAX_NEXT_NAME : to, *at = from;
  while (at < most && (is_of_name(*at) || *at == ' ' || *at == '"' || *at == '\'')) at++;
  return at > from && at < most && (*at == '=' || *at == ':');
}

static int is_opened_within(const uint8_t *start, const uint8_t *at) {
  uint8_t opening = *at == ')' ? '(' : (uint8_t)(*at - 2);
  const uint8_t *from = at - start > MAX_NEXT_NAME ? at - MAX_NEXT_NAME : start;
  for (const uint8_t *back = at; back > from; back--)
    if (back[-1] == opening) return 1;
  return 0;
}

static int ends_value(const uint8_t *at, const uint8_t *start, const uint8_t *to) {
  uint8_t next = at + 1 < to ? at[1] : 0;
  switch (*at) {
    case '"': case '\'': case '`': return !is_of_value(next) || next == '\\';
    case '\\': return is_escaped_quote(at, to);
    case '<': return next == '/' || is_letter(next);
    case '=': case ':': return at - start >= SURELY_NO_NAME ? is_of_value(next) : ends_in_sensitive_word(start, at);
    case ',': case ';': case '&': return !is_of_value(next) || is_assigned_name(at + 1, to);
    case ')': case ']': case '}': return !is_of_value(next) && !is_opened_within(start, at);
    default: return is_blank_or_control(*at);
  }
}

typedef struct {
  const uint8_t *end;
  uint32_t tenths;
  uint32_t surprises;
} measured_value;

static measured_value measure_value(const uint8_t *start, const uint8_t *to) {
  measured_value value = {to - start > MAX_MEASURED ? start + MAX_MEASURED : to, 0, 0};
  uint32_t previous = 0;
  for (const uint8_t *at = start; at < value.end; at++) {
    if (may_end_value[*at] && ends_value(at, start, to)) {
      value.end = at;
      break;
    }
    uint32_t cost = step_costs[previous << 8 | *at];
    value.tenths += cost;
    value.surprises += cost > MAX_ORDINARY_COST;
    previous = *at;
  }
  return value;
}

/* As secret-value.ts has it, of the laxest bar that there may be. */
static int is_over_bar(measured_value value, uint32_t length, int may_be_password) {
  const uint32_t tenths = value.tenths, surprises = value.surprises;
  if (length < (may_be_password ? MIN_PASSWORD : MIN_TOKEN)) return 0;
  if (may_be_password && ((tenths >= 130 && surprises * 24 >= length) || tenths >= length * 30)) return 1;
  if (surprises < 2) return 0;
  return length < 16 ? tenths >= 250 && surprises * 5 >= length : tenths >= 320 && surprises * 8 >= length;
}

/* Behind the name alone, `password2`, and not `password_hint`: a letter behind what is none is of another word. */
static int may_be_all_of_name(const uint8_t *part_end, const uint8_t *name_end) {
  const uint8_t *at = part_end;
  while (at < name_end && is_letter(*at)) at++;
  while (at < name_end && !is_letter(*at)) at++;
  return at == name_end;
}

/* Behind `=`, `:`, `:=` and `=>`; null where that is no assignment. */
static const uint8_t *behind_operator(const uint8_t *at) {
  if (*at == ':') return at[1] == ':' || (at[1] == '/' && at[2] == '/') ? 0 : at[1] == '=' ? at + 2 : at + 1;
  if (*at != '=' || at[1] == '=' || at[1] == '~') return 0;
  return at[1] == '>' ? at + 2 : at + 1;
}

static inline int is_of_type(uint8_t byte) {
  return is_letter(byte) || is_digit(byte) || byte == '_' || byte == '.' || byte == '&' || byte == '[' || byte == ']' || byte == '<' ||
         byte == '>' || byte == '?' || byte == '|' || byte == '*';
}

/* `password: str = …` */
static int may_be_type(const uint8_t *place, const uint8_t *end) {
  const uint8_t *at = place, *last = end - place > MAX_TYPE ? place + MAX_TYPE : end;
  while (at < last && is_of_type(*at)) at++;
  return at > place && (end - at < 3 || (at[0] == ' ' && at[1] == '=' && at[2] == ' '));
}

static inline int may_be_quoted(const uint8_t *place) {
  switch (*place) {
    case '"': case '\'': case '`': case '\\': case '|': case '>': return 1;
    case 'b': case 'r': case 'u': case 'f': case '@': case '$': return is_quote(place[1]);
    default: return 0;
  }
}

/* `part_end` is in a name, which `is_assigned` was true of. */
static int may_assign_secret(const uint8_t *part_end, const uint8_t *end, int is_password) {
  const uint8_t *at = part_end;
  while (at < end && is_of_name(*at)) at++;
  if (at - part_end > MAX_NAME) return 1;
  int may_be_password = is_password && may_be_all_of_name(part_end, at);
  const uint8_t *last = end - at > MAX_CLOSING ? at + MAX_CLOSING : end;
  while (at < last && (is_quote(*at) || *at == '\\' || *at == ']')) at++;
  last = end - at > MAX_BLANKS ? at + MAX_BLANKS : end;
  while (at < last && is_blank(*at)) at++;
  if (end - at < 3) return 1;
  const uint8_t *place = behind_operator(at);
  if (!place) return 0;
  last = end - place > MAX_BLANKS ? place + MAX_BLANKS : end;
  while (place < last && is_blank(*place)) place++;
  /* What stands at the end of the text may go on. */
  if (end - place < LOOK_AHEAD || may_be_quoted(place) || (*at == ':' && may_be_type(place, end))) return 1;
  measured_value value = measure_value(place, end);
  return end - value.end < LOOK_AHEAD || is_over_bar(value, (uint32_t)(value.end - place), may_be_password);
}
