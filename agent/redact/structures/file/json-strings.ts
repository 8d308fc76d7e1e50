import type { Span } from "../../decode/decoded.ts";
import { isOf } from "../../search/character-class.ts";
import { CARRIAGE_RETURN, NEWLINE, type Text } from "../../search/text.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BLANK = 0x20;
const TAB = 0x09;

/** The first position from `from` on that is no blank and no line break, also not an escaped one. */
export function skipSpace({ bytes, end }: Text, from: number, depth: number): number {
  let at = from;
  for (;;) {
    const byte = bytes[at];
    if (at >= end) return end;
    if (byte === BLANK || byte === TAB || byte === NEWLINE || byte === CARRIAGE_RETURN) at++;
    else if (depth > 0 && byte === BACKSLASH && isOf("lower", bytes[at + 1])) at += 2;
    else return at;
  }
}

/** So many backslashes stand before the quote at `at`. */
export function countBackslashes({ bytes, start }: Text, at: number): number {
  let first = at;
  while (first > start && bytes[first - 1] === BACKSLASH) first--;
  return at - first;
}

/**
 * What is between the quotes of a string that begins at `at`, when these have `depth` backslashes before them; `end` of the
 * span is before the backslashes of the closing one.
 */
export function readString(
  { bytes, end }: Text,
  { at, depth, limit }: { readonly at: number; readonly depth: number; readonly limit: number },
): Span | undefined {
  const start = at + depth + 1;
  if (start > end || bytes[start - 1] !== QUOTE) return undefined;
  const to = Math.min(end, limit);
  let backslashes = 0;
  for (let position = start; position < to; position++) {
    const byte = bytes[position];
    if (byte === QUOTE && (depth === 0 ? backslashes % 2 === 0 : backslashes <= depth)) {
      return { start, end: position - depth };
    }
    backslashes = byte === BACKSLASH ? backslashes + 1 : 0;
  }
  return undefined;
}
