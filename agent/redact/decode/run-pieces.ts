import type { Search } from "../search/detector.ts";
import type { Text } from "../search/text.ts";
import type { Run } from "./decodable-runs.ts";
import type { Span } from "./decoded.ts";
import { findWrappedLines, type Wrapped } from "./wrapped-lines.ts";

/** The characters of a run, without the breaks between its lines, or a part of so many as are decoded at once. */
export interface RunPiece {
  readonly characters: Uint8Array;
  /** Where the character stands. */
  readonly positionOf: (index: number) => number;
  /** So many characters of it come behind the last one. */
  readonly padding: number;
  readonly through: number;
}

/** Bounds what is held of a run that goes on. */
export const MAX_PIECE = 65_536;
/** Longer than the longest secret that is looked for as a whole; a secret that a cut goes through is found in the next piece. */
const OVERLAP = 4096;
/** From one piece to the next: whole groups of each kind. */
export const PIECE_STEP = MAX_PIECE - OVERLAP;
const PADDING = 0x3d;

/** Counted from where the run begins, so that they are the same wherever the text ends. */
export function cutRun(text: Text, run: Run, search: Pick<Search, "goesOn">): RunPiece[] {
  const end = findCharactersEnd(text, run);
  const meetsEnd = text.isOpen && run.end === text.end;
  const pieces: RunPiece[] = [];
  let from = run.start;
  for (; end - from > MAX_PIECE; from += PIECE_STEP) {
    pieces.push(toPiece(text, { start: from, end: from + MAX_PIECE, padding: 0 }));
  }
  if (meetsEnd) {
    search.goesOn(from);
    return pieces;
  }
  if (from > run.start || end < run.end) {
    return [...pieces, toPiece(text, { start: from, end, padding: run.end - end })];
  }
  const wrapped = findWrappedLines(text, run, MAX_PIECE);
  if (wrapped === "open") search.goesOn(run.start);
  else if (wrapped.lines.length === 0) pieces.push(toPiece(text, { ...run, padding: 0 }));
  else pieces.push(joinLines(text, [run, ...wrapped.lines], wrapped));
  return pieces;
}

function findCharactersEnd({ bytes }: Text, run: Run): number {
  let end = run.end;
  while (bytes[end - 1] === PADDING) end--;
  return end;
}

function toPiece({ bytes }: Text, { start, end, padding }: Span & { padding: number }): RunPiece {
  return {
    characters: bytes.subarray(start, end),
    positionOf: (index) => start + index,
    padding,
    through: end + padding,
  };
}

function joinLines(
  { bytes }: Text,
  lines: readonly Span[],
  { padding, through }: Wrapped,
): RunPiece {
  const length = lines.reduce((sum, { start, end }) => sum + end - start, 0);
  const characters = new Uint8Array(length);
  const positions = new Uint32Array(length);
  let filled = 0;
  for (const { start, end } of lines) {
    characters.set(bytes.subarray(start, end), filled);
    for (let at = start; at < end; at++) positions[filled++] = at;
  }
  return { characters, positionOf: (index) => positions[index] ?? 0, padding, through };
}
