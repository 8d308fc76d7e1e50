import { findRunEnd } from "../search/character-class.ts";
import type { Anchor } from "../search/detector.ts";
import { decodeByteList, type ElementSyntax } from "./byte-list.ts";
import type { DecodedEscapes } from "./decoded.ts";
import type { EscapeDecoder } from "./escape-decoder.ts";

/** Six numbers more. */
const FOLLOWING = 17;
const MAX_DIGITS = 3;
const ZERO = 0x30;
const NINE = 0x39;
const BLANK = 0x20;
const COMMA = 0x2c;
const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const NONE: DecodedEscapes = { decoded: [], through: 0 };
/** Of printable ASCII, the numbers of two digits and of three. */
const SHORT = Array.from({ length: 68 }, (_, index) => String(index + 32));
const LONG = Array.from({ length: 27 }, (_, index) => String(index + 100));

/** Numbers with what stands behind them, in four bytes where two digits alone would be in every line. */
const ANCHORS: readonly Anchor[] = [
  ...LONG.flatMap((digits) => [",", " ", "\n", "\r"].map((behind) => `${digits}${behind}`)),
  ...SHORT.flatMap((digits) => [`${digits}, `, `,${digits},`, `${digits},\n`]),
].map((literal) => ({
  literal,
  followedBy: { characters: "numberList", atLeast: FOLLOWING },
}));

/** Bytes in decimal: `[103, 104, 112]`, `[103 104 112]`, and one in each line. Asked at a number, or at the comma before it. */
export const decimalListDecoder: EscapeDecoder = {
  anchors: ANCHORS,
  decode(text, position, search) {
    const { bytes } = text;
    const element = bytes[position] === COMMA ? position + 1 : position;
    const end = decimal.findEnd(text, element);
    if (end === -1 || decimal.findStart(text, end) !== element) return NONE;
    const separator = bytes[end] === COMMA ? COMMA : BLANK;
    return decodeByteList(text, { syntax: decimal, separator, element }, search);
  },
};

const decimal: ElementSyntax = {
  encoding: "decimal",
  findEnd({ bytes, end }, at) {
    const to = findDigitsEnd(bytes, at, Math.min(end, at + MAX_DIGITS + 1));
    return isByte(bytes, at, to) ? to : -1;
  },
  findStart({ bytes, start }, end) {
    let at = end;
    while (at > start && end - at <= MAX_DIGITS && isDigit(bytes[at - 1])) at--;
    return isByte(bytes, at, end) ? at : -1;
  },
  valueOf,
  isAnchored({ bytes, end }, start) {
    const behind = start + MAX_DIGITS;
    const value = valueOf(bytes, start, behind);
    const isLong = value >= 100 && value <= 126;
    if (!isLong || !isSeparation(bytes[behind])) return false;
    const to = Math.min(end, behind + 1 + FOLLOWING);
    return findRunEnd(bytes, "numberList", { from: behind, to }) === behind + 1 + FOLLOWING;
  },
};

function isByte(bytes: Uint8Array, start: number, end: number): boolean {
  return end > start && end - start <= MAX_DIGITS && valueOf(bytes, start, end) <= 255;
}

/** Not a number where what is there are no digits. */
function valueOf(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    if (!isDigit(bytes[at])) return Number.NaN;
    value = value * 10 + (bytes[at] ?? 0) - ZERO;
  }
  return value;
}

function findDigitsEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && isDigit(bytes[at])) at++;
  return at;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

function isSeparation(byte: number | undefined): boolean {
  return byte === COMMA || byte === BLANK || byte === NEWLINE || byte === CARRIAGE_RETURN;
}
