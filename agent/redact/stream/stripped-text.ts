import type { ScannerMemory } from "../scanner/scanner-memory.ts";
import type { Scanner } from "../scanner/scanner.ts";
import type { Text } from "../search/text.ts";

/** What is searched of an input, and which byte of the input each byte of it is. */
export interface StrippedText {
  readonly start: number;
  readonly end: number;
  /** As it is now: a search may get the scanner more memory, and then its bytes are others. */
  readonly asText: (isOpen: boolean) => Text;
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
const ESCAPE = 0x1b;

export function createStripper(scanner: Scanner, usualBytes: number): Stripper {
  const { memory } = scanner;
  const written = createRoom(memory, usualBytes);
  const stretchRoom = createRoom(memory, (usualBytes + 1) * STRETCH_BYTES);
  const mostStretches = (from: number, end: number): number =>
    // To count them takes time, and there is room for those of what comes usually.
    end - from <= usualBytes
      ? end - from + 1
      : scanner.countNewlines(from, end) + scanner.countByte(ESCAPE, from, end) + 1;
  return {
    strip({ from, end, beginsLine }) {
      const to = written.reserve(end - from);
      const stretchesAt = stretchRoom.reserve(mostStretches(from, end) * STRETCH_BYTES);
      const stripped = scanner.strip({ from, end, to, stretchesAt, beginsLine });
      if (stripped.stretches === null) {
        return { ...toBounds(memory, from, end), toInput: same, toText: same };
      }
      const { stretches } = stripped;
      return {
        ...toBounds(memory, to, stripped.end),
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

/** Grows to twice what it was at least: what is given of the memory is never taken back. */
function createRoom(memory: ScannerMemory, usualBytes: number) {
  let capacity = usualBytes;
  let at = memory.allocate(capacity);
  return {
    reserve(byteCount: number): number {
      if (byteCount > capacity) {
        capacity = Math.max(byteCount, 2 * capacity);
        at = memory.allocate(capacity);
      }
      return at;
    },
  };
}

function toBounds(
  memory: ScannerMemory,
  start: number,
  end: number,
): Pick<StrippedText, "start" | "end" | "asText"> {
  return { start, end, asText: (isOpen) => ({ bytes: memory.bytes, start, end, isOpen }) };
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
