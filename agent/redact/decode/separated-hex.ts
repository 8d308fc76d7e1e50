import { type CharacterClass, findRunEnd } from "../search/character-class.ts";
import type { Anchor } from "../search/detector.ts";
import { decodeByteList, type ElementSyntax, skipSeparation } from "./byte-list.ts";
import type { DecodedEscapes } from "./decoded.ts";
import type { EscapeDecoder } from "./escape-decoder.ts";
import { isHexDigit, readHexByte } from "./hex-digits.ts";

const HEX_DIGITS = "0123456789abcdef";
/** Of printable ASCII. */
const HIGH_DIGITS = "234567";
/** Six bytes more: times, addresses and dates are shorter. */
const FOLLOWING = 17;
const COLON = 0x3a;
const DASH = 0x2d;
const BLANK = 0x20;
const COMMA = 0x2c;
const ZERO = 0x30;
const SMALL_X = 0x78;
const CAPITAL_X = 0x58;
const NONE: DecodedEscapes = { decoded: [], through: 0 };

/** Of the lists without `0x`. */
const CLASSES: Readonly<Record<number, CharacterClass>> = {
  [COLON]: "colonHex",
  [DASH]: "dashedHex",
  [BLANK]: "blankHex",
};

/**
 * Bytes in hex with a character between them: `41:42:43`, `41 42 43`, `0x41, 0x42`. Asked at the character before a byte; at the
 * byte where commas are between them.
 */
export const separatedHexDecoders: readonly EscapeDecoder[] = [
  toDecoder(COLON, toAnchors(":", "colonHex")),
  toDecoder(DASH, toAnchors("-", "dashedHex")),
  toDecoder(BLANK, [...toAnchors(" ", "blankHex"), ...toPrefixedAnchors(" ")]),
  toDecoder(
    COMMA,
    toPrintable().map((digits) => ({ literal: `0x${digits},`, ignoreCase: true })),
  ),
];

function toDecoder(separator: number, anchors: readonly Anchor[]): EscapeDecoder {
  return {
    anchors,
    decode(text, position, search) {
      // In a list with commas each element has a blank before it.
      const isOfCommas = separator === BLANK && text.bytes[position - 1] === COMMA;
      if (isOfCommas && position > text.start) return NONE;
      const element = separator === COMMA ? position : skipSeparation(text, separator, position);
      if (element === -1) return NONE;
      return decodeByteList(text, { syntax: hexPair, separator, element }, search);
    },
  };
}

/** Two digits, with or without `0x`, and no third. */
const hexPair: ElementSyntax = {
  encoding: "hex",
  findEnd({ bytes, end }, at) {
    const from = isPrefix(bytes, at) ? at + 2 : at;
    const isLonger = from + 2 < end && isHexDigit(bytes[from + 2]);
    return isLonger || readHexByte(bytes, from, end) === -1 ? -1 : from + 2;
  },
  findStart({ bytes, start }, end) {
    const first = end - 2;
    if (first < start || readHexByte(bytes, first, end) === -1) return -1;
    if (first > start && isHexDigit(bytes[first - 1])) return -1;
    return first - 2 >= start && isPrefix(bytes, first - 2) ? first - 2 : first;
  },
  valueOf: (bytes, _start, end) => readHexByte(bytes, end - 2, end),
  isAnchored({ bytes, start: textStart, end }, start, separator) {
    const isPrefixed = isPrefix(bytes, start);
    const value = readHexByte(bytes, isPrefixed ? start + 2 : start, end);
    if (value < BLANK || value >= 0x80) return false;
    if (separator === COMMA) return isPrefixed && bytes[start + 4] === COMMA;
    if (start === textStart || bytes[start - 1] !== separator) return false;
    if (isPrefixed) return bytes[start + 1] === SMALL_X;
    const characters = CLASSES[separator];
    if (characters === undefined || bytes[start + 2] !== separator) return false;
    const from = start + 3;
    const to = Math.min(end, from + FOLLOWING);
    return findRunEnd(bytes, characters, { from, to }) - from === FOLLOWING;
  },
};

function toAnchors(separator: string, characters: CharacterClass): Anchor[] {
  return toPrintable().map((digits) => ({
    literal: `${separator}${digits}${separator}`,
    ignoreCase: true,
    followedBy: { characters, atLeast: FOLLOWING },
  }));
}

function toPrefixedAnchors(separator: string): Anchor[] {
  return HIGH_DIGITS.split("").map((high) => ({
    literal: `${separator}0x${high}`,
    followedBy: { characters: "hex", atLeast: 1 },
  }));
}

function toPrintable(): string[] {
  return HIGH_DIGITS.split("").flatMap((high) =>
    HEX_DIGITS.split("").map((low) => `${high}${low}`),
  );
}

function isPrefix(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === ZERO && (bytes[at + 1] === SMALL_X || bytes[at + 1] === CAPITAL_X);
}
