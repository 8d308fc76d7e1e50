import { isBlankOrControl, isDigit, isLetter } from "./ascii.ts";

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
    if (isBlankOrControl(byte)) return at;
    if (mayEnd(byte) && isEnd(bytes, { at, start, to })) return at;
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
  return !isBlankOrControl(byte) && !END_MARKS.includes(byte);
}

function isEscapedQuote(bytes: Uint8Array, from: number, to: number): boolean {
  let at = from;
  while (at < to && at - from < MAX_BACKSLASHES && bytes[at] === BACKSLASH) at++;
  const byte = bytes[at];
  return at < to && (byte === DOUBLE_QUOTE || byte === SINGLE_QUOTE);
}

/** `password=token=x`: the name's value is the next name's. */
function endsInSensitiveWord(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 3) return false;
  return SENSITIVE_ENDS.some((word) => {
    const from = end - word.length;
    if (from < start) return false;
    for (let index = 0; index < word.length; index++) {
      if (((bytes[from + index] ?? 0) | 0x20) !== word.charCodeAt(index)) return false;
    }
    return true;
  });
}

/** `;User Id=`, `&name=`, `, name:` */
function isAssignedName(bytes: Uint8Array, from: number, to: number): boolean {
  const most = Math.min(to, from + MAX_NEXT_NAME);
  let at = from;
  while (at < most && isOfNextName(bytes[at] ?? 0)) at++;
  return at > from && at < most && (bytes[at] === EQUALS || bytes[at] === COLON);
}

function isOfNextName(byte: number): boolean {
  return (
    isLetter(byte) ||
    isDigit(byte) ||
    byte === 0x20 ||
    byte === 0x5f ||
    byte === 0x2d ||
    byte === 0x2e ||
    byte === DOUBLE_QUOTE ||
    byte === SINGLE_QUOTE
  );
}

/** Brackets of the value's own. Looks back no further than a value with brackets is long. */
function isOpenedWithin(bytes: Uint8Array, start: number, at: number): boolean {
  const closing = bytes[at] ?? 0;
  const opening = closing === 0x29 ? 0x28 : closing - 2;
  const from = Math.max(start, at - MAX_NEXT_NAME);
  for (let back = at - 1; back >= from; back--) if (bytes[back] === opening) return true;
  return false;
}

function mayEnd(byte: number): boolean {
  return MAY_END[byte] === 1;
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
const END_MARKS = [...Buffer.from("\"'`,;:)]}=>")];
const MAY_END = createFlags("\"'`,;&:=<\\)]}");

function createFlags(characters: string): Uint8Array {
  const flags = new Uint8Array(256);
  for (const byte of Buffer.from(characters)) flags[byte] = 1;
  return flags;
}
