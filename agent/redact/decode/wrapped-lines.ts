import { findRunEnd } from "../search/character-class.ts";
import { CARRIAGE_RETURN, findLineStart, NEWLINE, type Text } from "../search/text.ts";
import type { Run } from "./decodable-runs.ts";
import type { Span } from "./decoded.ts";
import { RADIXES, type RunKind } from "./radix.ts";

export interface Wrapped {
  /** The characters of each line that the run goes on in, without what comes before them, and without padding. */
  readonly lines: readonly Span[];
  /** Of the last line. */
  readonly padding: number;
  readonly through: number;
}

/** Encoders wrap at 60, 64 or 76. */
const MAX_LINE = 1024;
const PADDING = 0x3d;
const BLANK = 0x20;
const TAB = 0x09;

interface Shape {
  /** What comes before the characters of a line. */
  readonly prefix: Uint8Array;
  readonly width: number;
}

/**
 * The lines that a run at the end of a line goes on in. Each begins with what comes before the run in its line, or with the
 * blanks that the first of them begins with; then come characters of the run's kind and nothing else. All are as wide as the
 * run, or as its whole line; the last may be shorter. `open` where that cannot be said yet.
 */
export function findWrappedLines(text: Text, run: Run, maxBytes: number): Wrapped | "open" {
  const lines: Span[] = [];
  let through = run.end;
  let shape: Shape | undefined;
  let from = findNextLine(text, run.end);
  while (typeof from === "number" && from - run.start < maxBytes) {
    const line = findWholeLine(text, from);
    if (line === "open") return "open";
    if (line === "too-long") break;
    shape ??= toShape(text, run, line);
    const characters = findCharacters(text.bytes, line, { kind: run.kind, shape });
    if (characters === undefined) break;
    lines.push(characters);
    through = line.end;
    const isLast = characters.end - characters.start < shape.width || characters.end < line.end;
    from = isLast ? "none" : findNextLine(text, line.end);
  }
  if (from === "open") return "open";
  return { lines, padding: through - (lines.at(-1)?.end ?? through), through };
}

/** The start of the next line, when nothing else is left of this one. */
function findNextLine({ bytes, end, isOpen }: Text, from: number): number | "none" | "open" {
  const at = bytes[from] === CARRIAGE_RETURN && from < end ? from + 1 : from;
  const next = at + 1;
  if (at < end && bytes[at] !== NEWLINE) return "none";
  if (next < end) return next;
  return isOpen ? "open" : "none";
}

/** Without its line break, which must be there for the line to be known. */
function findWholeLine({ bytes, end, isOpen }: Text, start: number): Span | "open" | "too-long" {
  const seen = bytes.subarray(start, Math.min(start + MAX_LINE, end));
  const length = seen.indexOf(NEWLINE);
  if (length === -1 && seen.length === MAX_LINE) return "too-long";
  if (length === -1 && isOpen) return "open";
  const lineEnd = length === -1 ? end : start + length;
  return { start, end: bytes[lineEnd - 1] === CARRIAGE_RETURN ? lineEnd - 1 : lineEnd };
}

/** As the second line has it, when it is as wide as it has to be to go on. */
function toShape(text: Text, run: Run, second: Span): Shape {
  const { bytes } = text;
  const lineStart = findLineStart(text, run.start);
  const own = bytes.subarray(lineStart, run.start);
  const prefix = startsWith(bytes, own, second.start) ? own : findBlanks(bytes, second);
  const width = run.end - run.start;
  const widthOfLine = run.end - lineStart - prefix.length;
  const isWrappedAsLine = second.end - second.start === run.end - lineStart;
  return { prefix, width: isWrappedAsLine ? widthOfLine : width };
}

function findCharacters(
  bytes: Uint8Array,
  line: Span,
  { kind, shape }: { readonly kind: RunKind; readonly shape: Shape },
): Span | undefined {
  if (!startsWith(bytes, shape.prefix, line.start)) return undefined;
  const { characters, maxPadding } = RADIXES[kind];
  const start = line.start + shape.prefix.length;
  const end = findRunEnd(bytes, characters, { from: start, to: line.end });
  if (end === start || end - start > shape.width) return undefined;
  const isPadded = line.end - end <= maxPadding && isPadding(bytes.subarray(end, line.end));
  return isPadded ? { start, end } : undefined;
}

function isPadding(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === PADDING);
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array, at: number): boolean {
  return prefix.every((byte, index) => bytes[at + index] === byte);
}

function findBlanks(bytes: Uint8Array, { start, end }: Span): Uint8Array {
  let at = start;
  while (at < end && (bytes[at] === BLANK || bytes[at] === TAB)) at++;
  return bytes.subarray(start, at);
}
