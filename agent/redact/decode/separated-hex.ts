import type { CharacterClass } from "../search/character-class.ts";
import type { Anchor, Search } from "../search/detector.ts";
import { NEWLINE, type Text } from "../search/text.ts";
import type { Decoded, DecodedEscapes } from "./decoded.ts";
import { isHexDigit, readHexByte } from "./hex-digits.ts";
import { MIN_PRINTABLE } from "./looks-like-text.ts";
import { createMappedBytes } from "./mapped-bytes.ts";
import { MAX_PIECE, PIECE_STEP } from "./run-pieces.ts";

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
const COLON = 0x3a;
const DASH = 0x2d;
const BLANK = 0x20;
const COMMA = 0x2c;
const ZERO = 0x30;
const SMALL_X = 0x78;
const CAPITAL_X = 0x58;

const SEPARATORS: readonly Separator[] = [
  { character: COLON, anchors: toAnchors(":", "colonHex") },
  { character: DASH, anchors: toAnchors("-", "dashedHex") },
  { character: BLANK, anchors: [...toAnchors(" ", "blankHex"), ...toPrefixedAnchors(" ")] },
  { character: COMMA, anchors: [...toPrefixedAnchors(","), ...toPrefixedAnchors(", ")] },
];

export const separatedHexAnchors = SEPARATORS.flatMap(({ anchors }) => anchors);

export function isSeparator(byte: number | undefined): boolean {
  return byte === COLON || byte === DASH || byte === BLANK || byte === COMMA;
}

/**
 * Bytes in hex with a character between them (`41:42:43`, `41 42 43`, `0x41, 0x42`), over as many lines as they take. Asked
 * at the character before a byte. All of
 * a run is looked at where it is asked for first, be it text or not.
 */
export function decodeSeparatedHex(
  text: Text,
  position: number,
  search: Pick<Search, "goesOn">,
): DecodedEscapes {
  const separator = text.bytes[position] ?? 0;
  // In a list with commas each element has a blank before it: the comma is asked about as well.
  if (separator === BLANK && position > text.start && text.bytes[position - 1] === COMMA) {
    return { decoded: [], through: 0 };
  }
  const asked = skipSeparation(text, separator, position);
  const first = asked === -1 ? undefined : findBeginning(text, separator, asked);
  const decoded: Decoded[] = [];
  let from = first;
  let through = first ?? 0;
  while (from !== undefined) {
    const piece = decodePiece(text, separator, from);
    if (piece.isOpen) {
      search.goesOn(from);
      return { decoded, through: text.end };
    }
    ({ end: through, next: from } = piece);
    if (piece.decoded !== undefined) decoded.push(piece.decoded);
  }
  return { decoded, through };
}

interface Piece {
  /** Absent where it is no text. */
  readonly decoded?: Decoded;
  readonly end: number;
  /** Where the next piece of the run begins. */
  readonly next?: number;
  /** More of it may come. */
  readonly isOpen: boolean;
}

/** A piece ends with a line where it can, so that the next one is the same wherever the text begins. */
function decodePiece(text: Text, separator: number, first: number): Piece {
  const { bytes } = text;
  const mapped = createMappedBytes();
  let end = first;
  let next: number | undefined;
  let isOver = true;
  for (let at = first; ;) {
    const value = readElement(text, at);
    if (value === -1) break;
    end = isPrefix(bytes, at) ? at + 4 : at + 2;
    mapped.add(value, at, end);
    at = skipSeparation(text, separator, end);
    if (at === -1) break;
    if (at - first < PIECE_STEP) continue;
    const isNextLine = isLineBetween(bytes, end, at);
    if (isNextLine) next = at;
    else next ??= at;
    isOver = !isNextLine && at - first < MAX_PIECE;
    if (!isOver) break;
  }
  if (text.isOpen && isNearEnd(text, end)) return { end, isOpen: true };
  const isText = mapped.length >= MIN_PRINTABLE && mapped.looksLikeText();
  return {
    end,
    isOpen: false,
    ...(isText && { decoded: mapped.toDecoded(["hex"], end) }),
    ...(!isOver && next !== undefined && { next }),
  };
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

/** Two digits, with or without `0x`, and no third; -1 where there are none. */
function readElement({ bytes, end }: Text, at: number): number {
  const from = isPrefix(bytes, at) ? at + 2 : at;
  const value = readHexByte(bytes, from, end);
  return from + 2 < end && isHexDigit(bytes[from + 2]) ? -1 : value;
}

/** Where the next byte begins, when what is between is the separator, blanks and one line break; else -1. */
function skipSeparation({ bytes, end }: Text, separator: number, from: number): number {
  const last = Math.min(end, from + MAX_SEPARATION);
  let at = from;
  let separators = 0;
  let newlines = 0;
  for (; at < last; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === separator && separator !== BLANK) separators++;
    else if (byte === NEWLINE) newlines++;
    else if (byte > BLANK) break;
  }
  const isSeparated = separator === BLANK ? at > from : separators === 1;
  return isSeparated && newlines <= 1 ? at : -1;
}

function isLineBetween(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === NEWLINE) return true;
  return false;
}

/** Of the run that `asked` is a byte of; undefined where a printable byte before it was asked for already. */
function findBeginning(text: Text, separator: number, asked: number): number | undefined {
  const { bytes, start } = text;
  let first = asked;
  for (;;) {
    const end = skipSeparationBack(text, separator, first);
    const value = end - 2 < start ? -1 : readHexByte(bytes, end - 2, end);
    if (value === -1 || end === first || isLonger(text, end - 2)) return first;
    first = end - 2;
    if (first - 2 >= start && isPrefix(bytes, first - 2)) first -= 2;
    const isPrintable = value >= BLANK && value < 0x80;
    if (isPrintable && isAnchored(text, separator, first)) return undefined;
  }
}

function isLonger({ bytes, start }: Text, at: number): boolean {
  return at > start && isHexDigit(bytes[at - 1]);
}

function isPrefix(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === ZERO && (bytes[at + 1] === SMALL_X || bytes[at + 1] === CAPITAL_X);
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
