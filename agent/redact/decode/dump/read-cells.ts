import type { Text } from "../../search/text.ts";
import type { DumpLine } from "./dump-line.ts";
import type { DumpedBytes } from "./dumped-bytes.ts";

/** Of a cell, with a blank before it. */
const WIDTH = 3;
const ZERO = 0x30;
const BLANK = 0x20;
/** `od -c` and `hexdump -c` write control characters as C does, `od -a` by their names. */
const NAMES: Readonly<Record<string, number>> = {
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

const BY_CELL: ReadonlyMap<number, number> = new Map(
  Object.entries(NAMES).map(([name, value]) => [
    toKey(Buffer.from(name.padStart(WIDTH)), 0),
    value,
  ]),
);

/** The characters of `od -c`, `od -a` and `hexdump -c`, each at the end of its cell. */
export function readCells({ bytes }: Text, { addressEnd, end }: DumpLine, to: DumpedBytes): void {
  for (let at = addressEnd; at + WIDTH < end && bytes[at] === BLANK; at += 1 + WIDTH) {
    const isAlone = bytes[at + 1] === BLANK && bytes[at + 2] === BLANK;
    const value = isAlone ? (bytes[at + WIDTH] ?? BLANK) : readNamed(bytes, at + 1);
    if (value === undefined) return;
    to.push(value);
  }
}

function readNamed(bytes: Uint8Array, at: number): number | undefined {
  const first = (bytes[at] ?? 0) - ZERO;
  if (first < 0 || first > 3) return BY_CELL.get(toKey(bytes, at));
  const second = (bytes[at + 1] ?? 0) - ZERO;
  const third = (bytes[at + 2] ?? 0) - ZERO;
  const isOctal = second >= 0 && second <= 7 && third >= 0 && third <= 7;
  return isOctal ? first * 64 + second * 8 + third : undefined;
}

function toKey(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
}
