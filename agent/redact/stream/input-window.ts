import type { Scanner } from "../scanner/scanner.ts";

/** What of a stream is in memory: what is to be decided, and what detectors look back on. Positions are those of the memory. */
export interface InputWindow {
  /** What is before it was shown. */
  readonly decided: number;
  readonly filled: number;
  /** Detectors look back to here: the start of a line, unless that is too far away. */
  readonly contextStart: number;
  /** Whether a line begins at `contextStart`. */
  readonly beginsLine: boolean;
  /** The number of the line that `decided` is in, from 1. */
  readonly line: number;
  /** Valid until the next call of any method. */
  room(): Uint8Array;
  fill(byteCount: number): void;
  /** What is before `to` was decided. */
  pass(to: number): void;
  /** Counted from the start of the stream. */
  toAbsolute(position: number): number;
  /** What was decided and no detector looks back on makes room. Returns by how much all positions are less from now on. */
  compact(): number;
}

/** How much is taken in at a time. */
export const ROOM_BYTES = 65_536;
/** How far detectors may look back in a line. */
const CONTEXT_BYTES = 4096;

export function createInputWindow(scanner: Scanner, base: number): InputWindow {
  const { memory } = scanner;
  let decided = base;
  let filled = base;
  let contextStart = base;
  let beginsLine = true;
  let line = 1;
  /** Bytes of the stream before `base`. */
  let passed = 0;
  return {
    get decided() {
      return decided;
    },
    get filled() {
      return filled;
    },
    get contextStart() {
      return contextStart;
    },
    get beginsLine() {
      return beginsLine;
    },
    get line() {
      return line;
    },
    room: () => memory.bytes.subarray(filled, filled + ROOM_BYTES),
    fill: (byteCount) => void (filled += byteCount),
    pass(to) {
      line += scanner.countNewlines(decided, to);
      decided = to;
      const lineStart = scanner.findLastLineStart(contextStart, to);
      const hasNewLine = lineStart > contextStart;
      const start = Math.max(lineStart, to - CONTEXT_BYTES);
      beginsLine = start === lineStart && (hasNewLine || beginsLine);
      contextStart = start;
    },
    toAbsolute: (position) => passed + position - base,
    compact() {
      const shift = contextStart - base;
      if (shift === 0) return 0;
      memory.bytes.copyWithin(base, contextStart, filled);
      passed += shift;
      contextStart -= shift;
      decided -= shift;
      filled -= shift;
      return shift;
    },
  };
}
