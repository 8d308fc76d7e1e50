import { isOf, type CharacterClass } from "../search/character-class.ts";
import type { Anchor, Search } from "../search/detector.ts";
import { NEWLINE, type Text } from "../search/text.ts";
import type { Decoded } from "./decoded.ts";
import { readHex } from "./hex-digits.ts";
import { looksLikeText } from "./looks-like-text.ts";
import { createMappedBytes } from "./mapped-bytes.ts";
import { MAX_PIECE } from "./run-pieces.ts";

/** What stands between two bytes; blanks and a line break may follow it. */
interface Separator {
  readonly character: number;
  readonly anchors: readonly Anchor[];
}

const HEX_DIGITS = "0123456789abcdef";
/** Of printable ASCII. */
const HIGH_DIGITS = "234567";
/** Seven bytes more: times, addresses and dates are shorter. */
const FOLLOWING = 21;
/** Between two bytes: indentation of the next line. */
const MAX_SEPARATION = 32;
/** `0x41`, and that no digit follows. */
const MAX_ELEMENT = 5;
const BLANK = 0x20;
const COMMA = 0x2c;
const ZERO = 0x30;
const SMALL_X = 0x78;
const CAPITAL_X = 0x58;

const SEPARATORS: readonly Separator[] = [
  { character: 0x3a, anchors: toAnchors(":", "colonHex") },
  { character: 0x2d, anchors: toAnchors("-", "dashedHex") },
  { character: BLANK, anchors: [...toAnchors(" ", "blankHex"), ...toPrefixedAnchors(" ")] },
  { character: COMMA, anchors: [...toPrefixedAnchors(","), ...toPrefixedAnchors(", ")] },
];

export const separatedHexAnchors = SEPARATORS.flatMap(({ anchors }) => anchors);

export function isSeparator(byte: number | undefined): boolean {
  return SEPARATORS.some(({ character }) => character === byte);
}

/**
 * Bytes in hex with a character between them (`41:42:43`, `41 42 43`, `0x41, 0x42`), over as many lines as they take. Asked
 * at the character before a byte; only the first printable byte of a line is an answer to it.
 */
export function decodeSeparatedHex(
  text: Text,
  position: number,
  search: Pick<Search, "goesOn">,
): Decoded[] {
  const separator = text.bytes[position] ?? 0;
  const asked = skipSeparation(text, { separator, at: position });
  const first = asked === undefined ? undefined : findBeginning(text, separator, asked);
  if (first === undefined) return [];
  const mapped = createMappedBytes();
  let at: number | undefined = first;
  let through = first;
  while (at !== undefined && at - first < MAX_PIECE) {
    const element = readElement(text, at);
    if (element === undefined) break;
    mapped.add(element.value, at, element.end);
    through = element.end;
    at = skipSeparation(text, { separator, at: through });
  }
  if (text.isOpen && isNearEnd(text, through) && through - first < MAX_PIECE) {
    search.goesOn(first);
    return [];
  }
  const decoded = mapped.toDecoded(["hex"], through);
  return looksLikeText(decoded.bytes) ? [decoded] : [];
}

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

interface Element {
  readonly value: number;
  readonly end: number;
}

/** Two digits, with or without `0x`, and no third. */
function readElement({ bytes, end }: Text, at: number): Element | undefined {
  const isPrefixed =
    bytes[at] === ZERO && (bytes[at + 1] === SMALL_X || bytes[at + 1] === CAPITAL_X);
  const from = isPrefixed ? at + 2 : at;
  const value = readHex(bytes, from, { digits: 2, end });
  if (value === undefined || readHex(bytes, from + 2, { digits: 1, end }) !== undefined) {
    return undefined;
  }
  return { value, end: from + 2 };
}

/** Where the next byte begins, when what is between is the separator, blanks and one line break. */
function skipSeparation(
  { bytes, end }: Text,
  { separator, at: from }: { readonly separator: number; readonly at: number },
): number | undefined {
  let at = from;
  let separators = 0;
  let newlines = 0;
  for (; at < Math.min(end, from + MAX_SEPARATION); at++) {
    const byte = bytes[at] ?? 0;
    if (byte === separator && separator !== BLANK) separators++;
    else if (byte === NEWLINE) newlines++;
    else if (byte > BLANK) break;
  }
  const isSeparated = separator === BLANK ? at > from : separators === 1;
  return isSeparated && newlines <= 1 ? at : undefined;
}

/** Of the run that `asked` is a byte of; undefined where a printable byte before it was asked for already. */
function findBeginning(text: Text, separator: number, asked: number): number | undefined {
  const { bytes, start } = text;
  let first = asked;
  for (;;) {
    const end = skipSeparationBack(text, separator, first);
    const value = end - 2 < start ? undefined : readHex(bytes, end - 2, { digits: 2, end });
    if (value === undefined || end === first || isLonger(text, end - 2)) return first;
    first = end - 2;
    if (first - 2 >= start && isPrefix(bytes, first - 2)) first -= 2;
    const isPrintable = value >= BLANK && value < 0x80;
    if (isPrintable && isAnchored(text, separator, first)) return undefined;
  }
}

function isLonger({ bytes, start }: Text, at: number): boolean {
  return at > start && isOf("hex", bytes[at - 1]);
}

function isPrefix(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === ZERO && bytes[at + 1] === SMALL_X;
}

function skipSeparationBack({ bytes, start }: Text, separator: number, from: number): number {
  const last = Math.max(start, from - MAX_SEPARATION);
  let at = from;
  while (at > last && (bytes[at - 1] === BLANK || bytes[at - 1] === separator)) at--;
  return at;
}

function isAnchored({ bytes, start }: Text, separator: number, at: number): boolean {
  const before = separator === COMMA && bytes[at - 1] === BLANK ? at - 2 : at - 1;
  return before >= start && bytes[before] === separator;
}

function isNearEnd({ end }: Text, at: number): boolean {
  return end - at < MAX_SEPARATION + MAX_ELEMENT;
}
