import { isBlankOrControl, isLetter, standsAt } from "./ascii.ts";
import { toByteFlags } from "./byte-flags.ts";

/** From so many bytes on, an `=` or `:` within the value is that of another name. */
const SURELY_NO_NAME = 64;
const MAX_NEXT_NAME = 32;

/**
 * Where a value without quotes ends. People do not quote what should be quoted, so that quotes, brackets, commas and
 * ampersands may be of the value: they end it where what follows them is not.
 */
export function findUnquotedEnd(bytes: Uint8Array, start: number, to: number): number {
  for (let at = start; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (MAY_END_VALUE[byte] !== 1) continue;
    if (isBlankOrControl(byte) || isEnd(bytes, { at, start, to })) return at;
  }
  return to;
}

interface Place {
  readonly at: number;
  readonly start: number;
  readonly to: number;
}

function isEnd(bytes: Uint8Array, { at, start, to }: Place): boolean {
  const next = at + 1 < to ? (bytes[at + 1] ?? 0) : 0;
  switch (bytes[at] ?? 0) {
    case DOUBLE_QUOTE:
    case SINGLE_QUOTE:
    case BACKTICK:
      return !isOfValue(next) || next === BACKSLASH;
    case BACKSLASH:
      return isEscapedQuote(bytes, at, to);
    case LESS:
      return next === SLASH || isLetter(next);
    case EQUALS:
    case COLON:
      return at - start >= SURELY_NO_NAME ? isOfValue(next) : endsInSensitiveWord(bytes, start, at);
    case COMMA:
    case SEMICOLON:
    case AMPERSAND:
      return !isOfValue(next) || isAssignedName(bytes, at + 1, to);
    default:
      return !isOfValue(next) && !isOpenedWithin(bytes, start, at);
  }
}

function isOfValue(byte: number): boolean {
  return IS_AFTER_END[byte] !== 1;
}

function isEscapedQuote(bytes: Uint8Array, from: number, to: number): boolean {
  let at = from;
  while (at < to && at - from < MAX_BACKSLASHES && bytes[at] === BACKSLASH) at++;
  const byte = bytes[at];
  return at < to && (byte === DOUBLE_QUOTE || byte === SINGLE_QUOTE);
}

/** `password=token=x`: the name's value is the next name's. */
function endsInSensitiveWord(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 3 || IS_LAST_OF_WORD[bytes[end - 1] ?? 0] !== 1) return false;
  for (const word of SENSITIVE_ENDS) {
    if (end - word.length >= start && standsAt(bytes, end - word.length, word)) return true;
  }
  return false;
}

/** `;User Id=`, `&name=`, `, name:` */
function isAssignedName(bytes: Uint8Array, from: number, to: number): boolean {
  const most = Math.min(to, from + MAX_NEXT_NAME);
  let at = from;
  while (at < most && IS_OF_NEXT_NAME[bytes[at] ?? 0] === 1) at++;
  return at > from && at < most && (bytes[at] === EQUALS || bytes[at] === COLON);
}

/** Brackets of the value's own. Looks back no further than a value with brackets is long. */
function isOpenedWithin(bytes: Uint8Array, start: number, at: number): boolean {
  const closing = bytes[at] ?? 0;
  const opening = closing === 0x29 ? 0x28 : closing - 2;
  const from = Math.max(start, at - MAX_NEXT_NAME);
  for (let back = at - 1; back >= from; back--) if (bytes[back] === opening) return true;
  return false;
}

const DOUBLE_QUOTE = 0x22;
const AMPERSAND = 0x26;
const SINGLE_QUOTE = 0x27;
const COMMA = 0x2c;
const SLASH = 0x2f;
const COLON = 0x3a;
const SEMICOLON = 0x3b;
const LESS = 0x3c;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;
const BACKTICK = 0x60;
const MAX_BACKSLASHES = 7;
const SENSITIVE_ENDS = ["password", "passwd", "pwd", "secret", "token", "key", "passphrase"];
const IS_LAST_OF_WORD = toByteFlags("dtnyeDTNYE");
const IS_OF_NEXT_NAME = toByteFlags(
  "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz _-.\"'",
);
const BLANKS_AND_CONTROLS = String.fromCharCode(...Array(0x21).keys(), 0x7f);
const IS_AFTER_END = toByteFlags(`${BLANKS_AND_CONTROLS}"'\`,;:)]}=>`);
/** The bytes that end a value, or may. */
export const MAY_END_VALUE = toByteFlags(`${BLANKS_AND_CONTROLS}"'\`,;&:=<\\)]}`);
