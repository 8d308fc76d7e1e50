/** Up to where of a text it is known what is secret. */
import type { Span } from "../decode/decoded.ts";
import { findRunStart } from "../search/character-class.ts";
import type { SearchResult } from "../search/secret-search.ts";
import { findLineStart, NEWLINE, type Text } from "../search/text.ts";
import { moveOutOfSpans } from "./masked-spans.ts";

/** Where the longest tail of the text begins that is the start of a known value. */
export type LongestPartial = (text: Text) => number | undefined;

/** Longest literal of an anchor, less one. */
const MAX_CUT_ANCHOR = 31;
/** A longer word at the end is none that a secret could be told of by what follows it. */
const MAX_CUT_WORD = 8192;

/**
 * Neither what goes on is decided, nor, where a begun line `mayGoOn`, what its end may be the start of. `text.end` where all of it
 * is.
 */
export function findCut(
  text: Text,
  { finds, goesOnFrom, units }: SearchResult,
  { longestPartial, mayGoOn }: { longestPartial: LongestPartial; mayGoOn: boolean },
): number {
  const { bytes, start, end } = text;
  const isWhole = bytes[end - 1] === NEWLINE;
  const isFollowed = finds.some((find) => find.continuation && find.end === end);
  let cut = Math.min(goesOnFrom, end);
  if (!isFollowed) {
    cut = Math.min(cut, longestPartial(text) ?? end);
    if (!isWhole && mayGoOn) cut = Math.min(cut, findLastWord(text), end - MAX_CUT_ANCHOR);
  }
  if (cut >= end) return end;
  const moved = isWhole ? moveToLineStart(cut, text, units) : moveOutOfSpans(cut, units, start);
  return Math.max(moved, start);
}

function findLastWord({ bytes, start, end }: Text): number {
  return findRunStart(bytes, "visible", { from: end, to: Math.max(start, end - MAX_CUT_WORD) });
}

/** The last start of a line at `cut` or before it that is in none of the spans. */
function moveToLineStart(cut: number, text: Text, spans: readonly Span[]): number {
  let at = cut;
  for (;;) {
    const lineStart = findLineStart(text, at);
    at = moveOutOfSpans(lineStart, spans, text.start);
    if (at === lineStart) return at;
  }
}
