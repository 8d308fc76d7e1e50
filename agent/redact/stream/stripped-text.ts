import type { Scanner } from "../scanner/scanner.ts";
import type { Text } from "../search/text.ts";

/** What is searched of an input, and which byte of the input each byte of it is. */
export interface StrippedText {
  /** Its bytes are others when the scanner got more memory. */
  readonly text: Omit<Text, "isOpen">;
  /** Of the input's byte that stands at this position of the text. */
  readonly toInput: (position: number) => number;
  /** Of the first byte of the text that is from this position of the input or from behind it. */
  readonly toText: (position: number) => number;
}

export interface Stripper {
  /** Valid until the next call. */
  strip(input: { from: number; end: number; beginsLine: boolean }): StrippedText;
}

const STRETCH_BYTES = 8;

export function createStripper(scanner: Scanner, usualBytes: number): Stripper {
  let capacity = 0;
  let to = 0;
  let stretchesAt = 0;
  const reserve = (byteCount: number): void => {
    if (byteCount <= capacity) return;
    capacity = byteCount;
    to = scanner.memory.allocate(capacity);
    stretchesAt = scanner.memory.allocate((capacity + 1) * STRETCH_BYTES);
  };
  reserve(usualBytes);
  return {
    strip({ from, end, beginsLine }) {
      reserve(end - from);
      const stripped = scanner.strip({ from, end, to, stretchesAt, beginsLine });
      const toBounds = (start: number, textEnd: number): StrippedText["text"] => ({
        get bytes() {
          return scanner.memory.bytes;
        },
        start,
        end: textEnd,
      });
      if (stripped.stretches === null) {
        return { text: toBounds(from, end), toInput: same, toText: same };
      }
      const { stretches } = stripped;
      return {
        text: toBounds(to, stripped.end),
        toInput: (position) => {
          const at = findStretch(stretches, 0, position);
          return (stretches[at + 1] ?? 0) + position - (stretches[at] ?? 0);
        },
        toText: (position) => {
          const at = findStretch(stretches, 1, position);
          const next = stretches[at + 2] ?? stripped.end;
          const inStretch = (stretches[at] ?? 0) + position - (stretches[at + 1] ?? 0);
          return Math.max(to, Math.min(inStretch, next));
        },
      };
    },
  };
}

function same(position: number): number {
  return position;
}

/** Index of the last stretch that begins at `position` or before it, in the text (column 0) or the input (column 1). */
function findStretch(stretches: Uint32Array, column: 0 | 1, position: number): number {
  let low = 0;
  let high = stretches.length / 2 - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((stretches[middle * 2 + column] ?? 0) <= position) low = middle;
    else high = middle - 1;
  }
  return low * 2;
}
