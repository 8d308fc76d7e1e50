import { findRunEnd } from "../../search/character-class.ts";
import { CARRIAGE_RETURN, NEWLINE, type Text } from "../../search/text.ts";
import { hexDigitOf, isHexDigit } from "../hex-digits.ts";

/** A line that begins with an address: `00000010: 3637 …`, `0000010   g   h   p …`. */
export interface DumpLine {
  readonly start: number;
  /** The address, without `0x`. */
  readonly address: number;
  readonly addressEnd: number;
  /** What stands behind the address: a colon, a dash between blanks, or a blank. */
  readonly mark: number;
  readonly contentStart: number;
  /** The first character of it that is no blank. */
  readonly maskStart: number;
  /** Without the line break. */
  readonly end: number;
  /** Of the next line. */
  readonly next: number;
}

/** What stands before an address: the name of a job or container, a time. */
const MAX_PREFIX = 256;
const MIN_ADDRESS = 4;
const MAX_ADDRESS = 16;
/** `xxd -c 256` has 906. */
const MAX_LINE = 1024;
/** Of `xxd -c 256`; nobody has more bytes in a line. */
const MAX_STEP = 256;
/** Digits of an address that change from line to line. */
const COMPARED_DIGITS = 8;
/** Of addresses: hex, decimal and octal. */
const BASES = [16, 10, 8] as const;
const COLON = 0x3a;
const DASH = 0x2d;
const BLANK = 0x20;
const SMALL_X = 0x78;

/** The line whose address ends before `addressEnd`; `open` where the line has to go on before that is known. */
export function findDumpLine(text: Text, addressEnd: number): DumpLine | "open" | undefined {
  const { bytes, start } = text;
  const least = Math.max(start, addressEnd - MAX_ADDRESS);
  let address = addressEnd;
  while (address > least && isHexDigit(bytes[address - 1])) address--;
  if (addressEnd - address < MIN_ADDRESS || !isFree(text, address)) return undefined;
  const lineStart = findStartWithin(text, address, MAX_PREFIX);
  return lineStart === undefined
    ? undefined
    : readDumpLine(text, lineStart, address - lineStart, addressEnd);
}

/** The line behind, where it goes on with what this one is of. */
export function findFollowing(text: Text, line: DumpLine): DumpLine | "open" | undefined {
  if (line.next >= text.end) return text.isOpen ? "open" : undefined;
  const { addressEnd } = line;
  const shift = line.next - line.start;
  const following = readDumpLine(text, line.next, line.address - line.start, addressEnd + shift);
  if (following === undefined || following === "open") return following;
  return goesOnIn(text, line, following) ? following : undefined;
}

/** The line before, where this one goes on with what it is of. */
export function findPreceding(text: Text, line: DumpLine): DumpLine | undefined {
  if (line.start <= text.start) return undefined;
  const lineStart = findStartWithin(text, line.start - 1, MAX_LINE);
  if (lineStart === undefined) return undefined;
  const column = line.address - line.start;
  const addressEnd = lineStart + line.addressEnd - line.start;
  const preceding = readDumpLine(text, lineStart, column, addressEnd);
  if (preceding === undefined || preceding === "open") return undefined;
  return goesOnIn(text, preceding, line) ? preceding : undefined;
}

/** How many bytes there may be from one address to the next, and not more than `most`: by the base that they are written in. */
export function findStep(
  { bytes }: Text,
  line: DumpLine,
  following: DumpLine,
  most = MAX_STEP,
): number | undefined {
  for (const base of BASES) {
    const from = readAddress(bytes, line, base);
    const to = readAddress(bytes, following, base);
    if (from === -1 || to === -1) continue;
    const step = to >= from ? to - from : to - from + base ** COMPARED_DIGITS;
    if (step >= 1 && step <= Math.min(most, MAX_STEP)) return step;
  }
  return undefined;
}

function goesOnIn(text: Text, line: DumpLine, following: DumpLine): boolean {
  return line.mark === following.mark && findStep(text, line, following) !== undefined;
}

/** -1 where a digit is none of the base. */
function readAddress(bytes: Uint8Array, line: DumpLine, base: number): number {
  let value = 0;
  for (
    let at = Math.max(line.address, line.addressEnd - COMPARED_DIGITS);
    at < line.addressEnd;
    at++
  ) {
    const digit = hexDigitOf(bytes[at]);
    if (digit < 0 || digit >= base) return -1;
    value = value * base + digit;
  }
  return value;
}

function readDumpLine(
  text: Text,
  start: number,
  column: number,
  addressEnd: number,
): DumpLine | "open" | undefined {
  const { bytes, end: textEnd, isOpen } = text;
  const address = start + column;
  // Most lines beside a dump begin with something else.
  if (addressEnd < textEnd && !isAddress(text, address, addressEnd)) return undefined;
  const last = Math.min(textEnd, start + MAX_LINE);
  let lineEnd = start;
  while (lineEnd < last && bytes[lineEnd] !== NEWLINE) lineEnd++;
  const isEnded = lineEnd < last;
  if (!isEnded && lineEnd === start + MAX_LINE) return undefined;
  if (!isEnded && isOpen) return "open";
  const end = bytes[lineEnd - 1] === CARRIAGE_RETURN ? lineEnd - 1 : lineEnd;
  const mark = readMark(bytes, addressEnd);
  if (mark === undefined || mark.end >= end) return undefined;
  const next = isEnded ? lineEnd + 1 : textEnd;
  const maskStart = findRunEnd(bytes, "blank", { from: mark.end, to: end });
  if (maskStart === end) return undefined;
  return {
    start,
    address,
    addressEnd,
    mark: mark.byte,
    contentStart: mark.end,
    maskStart,
    end,
    next,
  };
}

function isAddress(text: Text, from: number, to: number): boolean {
  if (to - from < MIN_ADDRESS || isHexDigit(text.bytes[to]) || !isFree(text, from)) return false;
  for (let at = from; at < to; at++) if (!isHexDigit(text.bytes[at])) return false;
  return true;
}

/** At the start of the line, behind a blank, or behind `0x`. */
function isFree({ bytes, start }: Text, address: number): boolean {
  const isPrefixed = address - 2 >= start && bytes[address - 1] === SMALL_X;
  const first = isPrefixed && isZero(bytes[address - 2]) ? address - 2 : address;
  return first === start || (bytes[first - 1] ?? 0) <= BLANK;
}

function isZero(byte: number | undefined): boolean {
  return byte === 0x30;
}

/** Of the line that holds `position`, where it begins so many bytes before at most. */
function findStartWithin(
  { bytes, start }: Text,
  position: number,
  most: number,
): number | undefined {
  const least = Math.max(start, position - most);
  let at = position;
  while (at > least && bytes[at - 1] !== NEWLINE) at--;
  return at === start || bytes[at - 1] === NEWLINE ? at : undefined;
}

interface Mark {
  readonly byte: number;
  readonly end: number;
}

/** There is a blank before what is dumped. */
function readMark(bytes: Uint8Array, at: number): Mark | undefined {
  if (bytes[at] === COLON && bytes[at + 1] === BLANK) return { byte: COLON, end: at + 1 };
  if (bytes[at] !== BLANK) return undefined;
  if (bytes[at + 1] === DASH && bytes[at + 2] === BLANK) return { byte: DASH, end: at + 2 };
  return { byte: BLANK, end: at };
}
