import type { Scanner } from "../scanner/scanner.ts";
import type { MaskedSpan } from "./masked-spans.ts";

/** Shows an input with marks in the place of what is masked. */
export interface MarkWriter {
  /** `[from, end)` of the scanner's memory; spans are in order, apart, and not empty. */
  write(input: { from: number; end: number; spans: readonly MaskedSpan[] }): void;
  /** What follows a mark without a gap and is masked too: one mark is enough for what is on its line. */
  goOnMasking(from: number, end: number): void;
}

const MARK = Buffer.from("***");
/** Where a number stands in JSON, a mark without quotes would be none. */
const QUOTED_MARK = Buffer.from('"***"');
const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const DIGITS_OF_NUMBERS = new Set(Buffer.from("0123456789+-.eE"));
const BEFORE_JSON_VALUE = new Set(Buffer.from(":,["));
const BEHIND_JSON_VALUE = new Set(Buffer.from(",]}"));
const BLANKS = new Set(Buffer.from(" \t"));
/** To show something takes as long as to copy so many bytes. */
const NEAR_BYTES = 128;
/** Where marks are dense, what is between them is shown along with them. */
const GATHERED_BYTES = 4096;

export function createMarkWriter(
  { memory, findByte }: Pick<Scanner, "memory" | "findByte">,
  emit: (bytes: Uint8Array) => void,
): MarkWriter {
  const gathered = new Uint8Array(GATHERED_BYTES);
  let used = 0;
  const flush = (): void => {
    if (used > 0) emit(gathered.subarray(0, used));
    used = 0;
  };
  const gather = (bytes: Uint8Array, from: number, end: number): void => {
    if (used + end - from > GATHERED_BYTES) flush();
    for (let at = from; at < end; at++) gathered[used++] = bytes[at] ?? 0;
  };
  const show = (from: number, end: number): void => {
    if (end - from <= NEAR_BYTES) {
      gather(memory.bytes, from, end);
      return;
    }
    flush();
    emit(memory.bytes.subarray(from, end));
  };

  const findNewline = (from: number, end: number): number => {
    if (end - from > NEAR_BYTES) return findByte(NEWLINE, from, end);
    const { bytes } = memory;
    for (let at = from; at < end; at++) if (bytes[at] === NEWLINE) return at;
    return -1;
  };

  /** Of what was masked last: whether it ended behind a line break, so that what goes on needs a mark. */
  let isLineMasked = false;

  /** A mark for each line that is masked, so that lines stay lines. */
  const mask = (from: number, end: number, mark: Uint8Array | null): void => {
    let at = from;
    let next = mark;
    while (at < end) {
      const newline = findNewline(at, end);
      const lineEnd = newline === -1 ? end : newline;
      const last =
        lineEnd > at && memory.bytes[lineEnd - 1] === CARRIAGE_RETURN ? lineEnd - 1 : lineEnd;
      if (last > at && next !== null) gather(next, 0, next.length);
      isLineMasked = lineEnd < end;
      show(last, isLineMasked ? lineEnd + 1 : lineEnd);
      at = lineEnd + 1;
      next = MARK;
    }
  };

  return {
    write({ from, end, spans }) {
      let at = from;
      for (const span of spans) {
        show(at, span.start);
        mask(span.start, span.end, isJsonNumber(memory.bytes, span) ? QUOTED_MARK : MARK);
        at = span.end;
      }
      show(at, end);
      flush();
    },
    goOnMasking(from, end) {
      mask(from, end, isLineMasked ? MARK : null);
      flush();
    },
  };
}

function isJsonNumber(bytes: Uint8Array, { start, end }: MaskedSpan): boolean {
  for (let at = start; at < end; at++) {
    if (!DIGITS_OF_NUMBERS.has(bytes[at] ?? 0)) return false;
  }
  let before = start - 1;
  while (before > 0 && BLANKS.has(bytes[before] ?? 0)) before--;
  let behind = end;
  while (behind < bytes.length && BLANKS.has(bytes[behind] ?? 0)) behind++;
  if (!BEFORE_JSON_VALUE.has(bytes[before] ?? 0)) return false;
  const isBehindName = bytes[before - 1] === 0x22 || bytes[before] !== 0x3a;
  return isBehindName && (BEHIND_JSON_VALUE.has(bytes[behind] ?? 0) || bytes[behind] === NEWLINE);
}
