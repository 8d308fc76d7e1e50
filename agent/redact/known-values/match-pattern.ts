import { findRunEnd } from "../search/character-class.ts";
import { NEWLINE, type Text } from "../search/text.ts";
import { skipBreak, skipIndentation } from "./line-break.ts";

/** What stands before the first line break counts from so many bytes on: nearly every line ends with the first byte of some value. */
export const MIN_PIECE_BYTES = 4;

export const NO_MATCH = -1;
/** The text ended while the pattern still matched. */
export const MET_END = -2;
export const NO_MATCH_WITH_BREAKS = -3;

/** Of what may be a line break or part of the pattern. */
export type Reading = "pattern-first" | "break-first";

/** What of a pattern is still wanted: `[at, end)` of the bytes. */
interface Rest {
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly end: number;
}

/** Where the rest of a pattern ends that goes on at `from`, also over line breaks; or NO_MATCH or MET_END. */
export function matchRest(text: Text, from: number, rest: Rest): number {
  const end = matchReading(text, from, rest, "pattern-first");
  // What marks a break may be of the pattern too: where it does not match as the one, it is taken for the other.
  return end === NO_MATCH_WITH_BREAKS ? matchReading(text, from, rest, "break-first") : end;
}

function matchReading(text: Text, from: number, rest: Rest, reading: Reading): number {
  let wanted = rest.at;
  let at = from;
  let isLineStart = text.bytes[at - 1] === NEWLINE;
  let hasBreak = false;
  while (wanted < rest.end) {
    if (isLineStart) at = skipIndentation(text, at, countBlanks(rest.bytes, wanted, rest.end));
    if (at >= text.end) return MET_END;
    const byte = text.bytes[at];
    const lineStart = reading === "break-first" ? skipBreak(text, at) : at;
    if (lineStart === at && byte === rest.bytes[wanted]) {
      at++;
      wanted++;
      isLineStart = byte === NEWLINE;
      continue;
    }
    const behind = lineStart === at ? skipBreak(text, at) : lineStart;
    if (behind === at || isLineStart) return hasBreak ? NO_MATCH_WITH_BREAKS : NO_MATCH;
    hasBreak = true;
    at = behind;
    isLineStart = true;
  }
  return at;
}

function countBlanks(bytes: Uint8Array, from: number, to: number): number {
  return findRunEnd(bytes, "blank", { from, to }) - from;
}
