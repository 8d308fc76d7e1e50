import type { Text } from "../../search/text.ts";
import { isHexDigit, readHexByte } from "../hex-digits.ts";
import type { DumpLine } from "./dump-line.ts";
import type { DumpedBytes } from "./dumped-bytes.ts";
import { readCells } from "./read-cells.ts";

/** A way of writing the bytes of a line: tells what it says of them, as far as the line is written in it. */
export type ReadBytes = (text: Text, line: DumpLine, to: DumpedBytes) => void;

/** What one word says; false where it is no such word, or the last one. */
type ReadWord = (bytes: Uint8Array, word: Word, to: DumpedBytes) => boolean;

/** One for all words of a line. */
interface Word {
  start: number;
  end: number;
}

const BLANK = 0x20;
const DASH = 0x2d;
const BAR = 0x7c;
const GREATER = 0x3e;
const ZERO = 0x30;
/** Of `od -c`: up to three columns, and a blank before them. */
const CELL = 4;

/** By how many digits the first word of a line has, the notations that it may be written in. */
const BY_DIGITS: ReadonlyMap<number, readonly ReadBytes[]> = new Map([
  [1, [readEach(readDecimal)]],
  [2, [readEach(toReadHex(2)), readEach(readDecimal)]],
  [3, [readEach(toReadNumber({ digits: 3, base: 8 })), readEach(readDecimal)]],
  [4, toBothOrders(4)],
  [6, [readEach(toReadNumber({ digits: 6, base: 8 }))]],
  [8, [...toBothOrders(8), readEach(toReadNumber({ digits: 8, base: 2 }))]],
  [16, toBothOrders(16)],
]);
const NONE: readonly ReadBytes[] = [];
const ONLY_CELLS: readonly ReadBytes[] = [readCells];
const OF_CELLS: ReadonlyMap<number, readonly ReadBytes[]> = new Map(
  Array.from(BY_DIGITS, ([digits, notations]) => [digits, [...notations, readCells]]),
);

/** Those in which a dump may be that has such a line; most do not say of themselves in which they are. */
export function findNotations({ bytes }: Text, line: DumpLine): readonly ReadBytes[] {
  const digits = findDigitsEnd(bytes, line.maskStart, line.end) - line.maskStart;
  const isOfCells = line.mark === BLANK && line.maskStart < line.addressEnd + CELL;
  return (isOfCells ? OF_CELLS : BY_DIGITS).get(digits) ?? (isOfCells ? ONLY_CELLS : NONE);
}

/** Words are runs of hex digits with blanks between them, or a dash in the middle of a line, up to the characters behind them. */
function readEach(readWord: ReadWord): ReadBytes {
  return ({ bytes }, line, to) => {
    const word = { start: 0, end: line.contentStart };
    for (;;) {
      let at = word.end;
      while (at < line.end && isBetween(bytes[at])) at++;
      word.start = at;
      word.end = findDigitsEnd(bytes, at, line.end);
      const isWord = word.end > at && (word.end === line.end || isBehind(bytes[word.end]));
      if (!isWord || !readWord(bytes, word, to)) return;
    }
  };
}

function toBothOrders(digits: number): ReadBytes[] {
  return [readEach(toReadHex(digits)), readEach(toReadHex(digits, true))];
}

/** A shorter word of whole bytes is the last one. */
function toReadHex(digits: number, isLittle = false): ReadWord {
  return (bytes, { start, end }, to) => {
    const length = end - start;
    if (length > digits || length % 2 !== 0) return false;
    for (let at = start; at < end; at += 2) {
      const from = isLittle ? start + end - 2 - at : at;
      to.push(readHexByte(bytes, from, end));
    }
    return length === digits;
  };
}

/** Of one byte, or of two of which the lower comes first. */
function toReadNumber({
  digits,
  base,
}: {
  readonly digits: number;
  readonly base: number;
}): ReadWord {
  const isDouble = digits === 6;
  return (bytes, word, to) => {
    const value = word.end - word.start === digits ? readNumber(bytes, word, base) : -1;
    if (value < 0 || value > (isDouble ? 0xffff : 0xff)) return false;
    to.push(value & 0xff);
    if (isDouble) to.push(value >> 8);
    return true;
  };
}

function readDecimal(bytes: Uint8Array, word: Word, to: DumpedBytes): boolean {
  const value = word.end - word.start > 3 ? -1 : readNumber(bytes, word, 10);
  if (value < 0 || value > 0xff) return false;
  to.push(value);
  return true;
}

function readNumber(bytes: Uint8Array, { start, end }: Word, base: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] ?? 0) - ZERO;
    if (digit < 0 || digit >= base) return -1;
    value = value * base + digit;
  }
  return value;
}

function findDigitsEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && isHexDigit(bytes[at])) at++;
  return at;
}

function isBetween(byte: number | undefined): boolean {
  return byte === BLANK || byte === DASH;
}

function isBehind(byte: number | undefined): boolean {
  return isBetween(byte) || byte === BAR || byte === GREATER;
}
