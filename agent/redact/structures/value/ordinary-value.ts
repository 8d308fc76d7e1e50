import { findRunEnd } from "../../search/character-class.ts";
import { isDigit } from "./ascii.ts";

/** Longer values are no version, no time and no path that a program prints after a name. */
const MAX_LENGTH = 256;

/** A number of 64 bits; keys are longer. */
const MAX_HEX_DIGITS = 16;

const MAX_PART_DIGITS = 7;

/** Whether the value is of a kind that programs print often: a path, a version, a time, an address, `0x0B96`. */
export function isOrdinaryValue(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > MAX_LENGTH) return false;
  return (
    isPath(bytes, start, end) ||
    isVersionOrTime(bytes, start, end) ||
    isHexNumber(bytes, start, end)
  );
}

/** Begins as a path does, and most of it is words. */
function isPath(bytes: Uint8Array, start: number, end: number): boolean {
  return startsAsPath(bytes, start) && countOfPlain(bytes, start, end) * 2 > end - start;
}

/** `/`, `./`, `../`, `~/`, `C:\` */
function startsAsPath(bytes: Uint8Array, start: number): boolean {
  const first = bytes[start];
  const second = bytes[start + 1];
  const third = bytes[start + 2];
  if (first === SLASH) return true;
  if (first === DOT || first === TILDE) {
    return second === SLASH || (second === DOT && third === SLASH);
  }
  return second === COLON && (third === BACKSLASH || third === SLASH);
}

/** How many bytes stand in runs of at least three lower-case letters. */
function countOfPlain(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  let run = 0;
  for (let at = start; at <= end; at++) {
    const byte = at < end ? (bytes[at] ?? 0) : 0;
    if ((byte >= 0x61 && byte <= 0x7a) || byte === SLASH || byte === DOT) run++;
    else {
      if (run >= 3) count += run;
      run = 0;
    }
  }
  return count;
}

/** `1.2.3`, `^4.0.0-beta.1`, `v12.1`, `2024-01-02T03:04:05Z`, `12:30`, `10.0.0.1:8080`: digits that are parted by separators. */
function isVersionOrTime(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && isVersionMark(bytes[at] ?? 0)) at++;
  let parts = 0;
  while (at < end) {
    const from = at;
    while (at < end && isDigit(bytes[at] ?? 0)) at++;
    if (at === from) break;
    parts++;
    // More digits than a year or a build has are of a UUID.
    if (at - from > MAX_PART_DIGITS) return false;
    if (at < end && !isPartSeparator(bytes[at] ?? 0)) return parts > 2;
    at++;
  }
  return parts > 1;
}

/** ^ ~ > < = v */
function isVersionMark(byte: number): boolean {
  return byte === 0x5e || byte === TILDE || (byte >= 0x3c && byte <= 0x3e) || byte === 0x76;
}

/** . - : / */
function isPartSeparator(byte: number): boolean {
  return byte === DOT || byte === 0x2d || byte === COLON || byte === SLASH;
}

function isHexNumber(bytes: Uint8Array, start: number, end: number): boolean {
  const from = start + 2;
  if (bytes[start] !== ZERO || bytes[start + 1] !== LOWER_X) return false;
  if (end === from || end - from > MAX_HEX_DIGITS) return false;
  return findRunEnd(bytes, "hex", { from, to: end }) === end;
}

const ZERO = 0x30;
const LOWER_X = 0x78;
const SLASH = 0x2f;
const DOT = 0x2e;
const TILDE = 0x7e;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
