import { CARRIAGE_RETURN, NEWLINE, type Text } from "../../search/text.ts";
import type { Value } from "../value/delimit-value.ts";

const MAX_INDENT = 64;
const MAX_LINE = 8 * 1024;

/** The line below `password: |` or `password: >-` of YAML, from its first byte that is not blank. */
export function findBlockValue(text: Text, place: number): Value | "open" | undefined {
  const { bytes, end, isOpen } = text;
  if (bytes[place] !== PIPE && bytes[place] !== GREATER) return undefined;
  let at = place + 1;
  while (at < end && isIndicator(bytes[at] ?? 0)) at++;
  if (bytes[at] === CARRIAGE_RETURN) at++;
  if (at >= end) return isOpen ? "open" : undefined;
  if (bytes[at] !== NEWLINE) return undefined;
  const start = skipIndent(bytes, at + 1, end);
  const lineEnd = findEndOfLine(bytes, start, Math.min(end, start + MAX_LINE));
  if (lineEnd === end && isOpen) return "open";
  return start > at + 1 && lineEnd > start ? { start, end: lineEnd, isQuoted: true } : undefined;
}

function skipIndent(bytes: Uint8Array, from: number, end: number): number {
  const to = Math.min(end, from + MAX_INDENT);
  let at = from;
  while (at < to && bytes[at] === BLANK) at++;
  return at;
}

function findEndOfLine(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== NEWLINE && bytes[at] !== CARRIAGE_RETURN) at++;
  return at;
}

/** `|-`, `>+`, `|2` */
function isIndicator(byte: number): boolean {
  return byte === 0x2b || byte === 0x2d || (byte >= 0x31 && byte <= 0x39);
}

const BLANK = 0x20;
const GREATER = 0x3e;
const PIPE = 0x7c;
