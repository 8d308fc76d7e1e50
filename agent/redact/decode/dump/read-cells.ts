import type { Text } from "../../search/text.ts";
import type { DumpLine } from "./dump-line.ts";

/** Up to three columns, and a blank before them. */
const CELL = 4;
const BLANK = 0x20;
/** `od -c` and `hexdump -c` write control characters as C does, `od -a` by their names. */
const NAMES: Readonly<Record<string, number>> = {
  "": 0x20,
  "\\0": 0x00,
  "\\a": 0x07,
  "\\b": 0x08,
  "\\t": 0x09,
  "\\n": 0x0a,
  "\\v": 0x0b,
  "\\f": 0x0c,
  "\\r": 0x0d,
  nul: 0x00,
  ht: 0x09,
  nl: 0x0a,
  cr: 0x0d,
  esc: 0x1b,
  sp: 0x20,
};

/** The characters of `od -c`, `od -a` and `hexdump -c`, each at the end of its cell. */
export function readCells({ bytes }: Text, { addressEnd, end }: DumpLine, values: number[]): void {
  for (let at = addressEnd; at < end; at += CELL) {
    const cellEnd = Math.min(end, at + CELL);
    const isAlone = bytes[at + 1] === BLANK && bytes[at + 2] === BLANK;
    if (bytes[at] !== BLANK) return;
    if (isAlone && cellEnd - at === CELL) values.push(bytes[at + 3] ?? BLANK);
    else {
      const value = toValue(Buffer.from(bytes.subarray(at, cellEnd)).toString("latin1").trim());
      if (value === undefined) return;
      values.push(value);
    }
  }
}

function toValue(cell: string): number | undefined {
  return /^[0-3][0-7]{2}$/u.test(cell) ? Number.parseInt(cell, 8) : NAMES[cell];
}
