import { isOf } from "../search/character-class.ts";
import { NEWLINE, type Text } from "../search/text.ts";
import { isAtLineStart, skipBreakBackwards } from "./line-break.ts";
import { MIN_PIECE_BYTES, NO_MATCH, NO_MATCH_WITH_BREAKS, type Reading } from "./match-pattern.ts";
import type { PatternStore } from "./pattern-store.ts";
import type { PatternWindows } from "./pattern-windows.ts";

/** A place where a window of some pattern stands. */
export interface WindowHit {
  readonly position: number;
  readonly place: number;
}

/** Where the pattern begins of which a window stands here; negative where it does not, or where an earlier window of it stands too. */
export type FindStart = (text: Text, hit: WindowHit) => number;

/** Of which all but a piece is enough to know it. */
const MIN_BREAKABLE_BYTES = 16;

export function createFindStart(store: PatternStore, windows: PatternWindows): FindStart {
  const isBreakable = (pattern: number): boolean =>
    store.endOf(pattern) - store.startOf(pattern) >= MIN_BREAKABLE_BYTES;
  const startOfEarlier = (place: number, pattern: number): number =>
    windows.patternOf(place) === pattern ? windows.startOf(place) : -1;

  /**
   * Walks back through the text and the pattern together: what is behind `at` in the text is, but for line breaks, what is behind
   * `wanted` in the pattern. Where less than a piece of it would have to stand before a line break, nobody waited for it: it begins
   * behind the break.
   */
  const readBack = (text: Text, { position, place }: WindowHit, reading: Reading): number => {
    const pattern = windows.patternOf(place);
    const patternStart = store.startOf(pattern);
    const width = windows.endOf(place) - windows.startOf(place);
    let earlier = place - 1;
    let earlierStart = startOfEarlier(earlier, pattern);
    let unbrokenTo = windows.endOf(place);
    let wanted = windows.startOf(place);
    let at = position;
    let hasBreak = false;
    let isOfOneLine = !hasNewline(store.bytes, wanted, unbrokenTo);
    while (wanted > patternStart) {
      if (wanted - patternStart < MIN_PIECE_BYTES && isAtLineStart(text, at)) {
        return isOfOneLine && isBreakable(pattern) ? at : NO_MATCH;
      }
      const expected = store.bytes[wanted - 1];
      const before = reading === "break-first" ? skipBreakBackwards(text, at, undefined) : at;
      if (before === at && at > text.start && text.bytes[at - 1] === expected) {
        at--;
        wanted--;
        isOfOneLine &&= expected !== NEWLINE;
        if (wanted !== earlierStart) continue;
        // A blank may be of the indentation, and what begins with it another place of the text than it seems.
        if (unbrokenTo - wanted >= width && !isOf("blank", expected)) return NO_MATCH;
        earlier--;
        earlierStart = startOfEarlier(earlier, pattern);
        continue;
      }
      const lineEnd = before === at ? skipBreakBackwards(text, at, expected) : before;
      const isBreak = lineEnd !== at && wanted !== unbrokenTo;
      if (!isBreak) return hasBreak ? NO_MATCH_WITH_BREAKS : NO_MATCH;
      hasBreak = true;
      isOfOneLine = false;
      at = lineEnd;
      unbrokenTo = wanted;
    }
    return at;
  };

  return (text, hit) => {
    const start = readBack(text, hit, "pattern-first");
    // What marks a break may be of the pattern too: where it does not match as the one, it is taken for the other.
    return start === NO_MATCH_WITH_BREAKS ? readBack(text, hit, "break-first") : start;
  };
}

function hasNewline(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] === NEWLINE) return true;
  return false;
}
