import { isOf } from "../search/character-class.ts";
import type { Search } from "../search/detector.ts";
import type { Encoding, Find } from "../search/find.ts";
import { NEWLINE, type Text } from "../search/text.ts";
import type { FormKind } from "./forms/form.ts";
import { isAtLineStart, skipBreakBackwards } from "./line-break.ts";
import {
  matchRest,
  MET_END,
  MIN_PIECE_BYTES,
  NO_MATCH,
  NO_MATCH_WITH_BREAKS,
  type Reading,
} from "./match-pattern.ts";
import type { PatternStore } from "./pattern-store.ts";
import type { PatternWindows } from "./pattern-windows.ts";

export interface SoughtValue {
  readonly secret: Uint8Array;
  readonly source?: string;
}

interface WindowHit {
  readonly position: number;
  readonly place: number;
}

export interface ValueSearch {
  readonly inspect: (text: Text, position: number, windowId: number, search: Search) => void;
}

/** Of which all but a piece is enough to know it. */
const MIN_BREAKABLE_BYTES = 16;
/** Shorter ones are found as words of their own alone. */
const MIN_UNBOUNDED_BYTES = 8;

export function createValueSearch(
  store: PatternStore,
  windows: PatternWindows,
  values: readonly SoughtValue[],
): ValueSearch {
  const splitEncodings = new Map<FormKind, readonly Encoding[]>();

  const isBreakable = (pattern: number): boolean =>
    store.endOf(pattern) - store.startOf(pattern) >= MIN_BREAKABLE_BYTES;

  /**
   * Where the pattern begins of which a window stands here, if no earlier window of it does. Where less than a piece of it would
   * have to stand before a line break, nobody waited for it: it begins behind the break.
   */
  const findStart = (text: Text, { position, place }: WindowHit, reading: Reading): number => {
    const pattern = windows.patternOf(place);
    const patternStart = store.startOf(pattern);
    const width = windows.endOf(place) - windows.startOf(place);
    let earlier = place - 1;
    let earlierStart = windows.patternOf(earlier) === pattern ? windows.startOf(earlier) : -1;
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
        earlierStart = windows.patternOf(earlier) === pattern ? windows.startOf(earlier) : -1;
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

  const findEnd = (text: Text, { position, place }: WindowHit): number => {
    const wanted = windows.endOf(place);
    const from = position + wanted - windows.startOf(place);
    const end = store.endOf(windows.patternOf(place));
    return matchRest(text, from, { bytes: store.bytes, at: wanted, end });
  };

  /** What marks a break may be of the pattern too: where it does not match as the one, it is taken for the other. */
  const findStartAnyway = (text: Text, hit: WindowHit): number => {
    const start = findStart(text, hit, "pattern-first");
    return start === NO_MATCH_WITH_BREAKS ? findStart(text, hit, "break-first") : start;
  };
  const toFind = (pattern: number, start: number, end: number): Find => {
    const { secret, source } = values[store.valueOf(pattern)] ?? { secret: new Uint8Array() };
    const kind = store.kindOf(pattern);
    const isSplit = end - start > store.endOf(pattern) - store.startOf(pattern);
    const encodings = isSplit ? splitEncodingsOf(kind) : kind.encodings;
    const find: Find = {
      rule: "known-value",
      start,
      end,
      secret,
      encodings,
      confidence: "certain",
    };
    return source === undefined ? find : { ...find, source };
  };
  const splitEncodingsOf = (kind: FormKind): readonly Encoding[] => {
    const encodings = splitEncodings.get(kind) ?? ["split", ...kind.encodings];
    splitEncodings.set(kind, encodings);
    return encodings;
  };

  const inspectPlace = (text: Text, hit: WindowHit, search: Search): void => {
    const start = findStartAnyway(text, hit);
    if (start < 0) return;
    const end = findEnd(text, hit);
    if (end === MET_END && text.isOpen) search.goesOn(start);
    if (end < 0) return;
    const pattern = windows.patternOf(hit.place);
    const isShort = store.endOf(pattern) - store.startOf(pattern) < MIN_UNBOUNDED_BYTES;
    const kind = store.kindOf(pattern);
    if (isShort && (isWordAt(text, start - 1) || isWordAt(text, end))) return;
    const last = end + countShared(text, end, kind.sharedAfter, 1);
    if (last === text.end && text.isOpen && (isShort || last - end < kind.sharedAfter)) {
      search.goesOn(start);
      return;
    }
    const find = toFind(pattern, start, end);
    const first = start - countShared(text, start - 1, kind.sharedBefore, -1);
    search.add(first === start && last === end ? find : { ...find, start: first, end: last });
  };

  /**
   * A pattern that is nothing but the repetition of a few bytes stands at every one of them in a longer repetition. It is
   * told once, from the first on, and without line breaks: they would let each line tell all of the following again.
   */
  const inspectRepetition = (text: Text, { position, place }: WindowHit, search: Search): void => {
    const { bytes } = store;
    const pattern = windows.patternOf(place);
    const patternStart = store.startOf(pattern);
    const length = store.endOf(pattern) - patternStart;
    const period = windows.periodOf(pattern);
    if (standsBefore(text, position, { bytes, start: patternStart, period })) return;
    let at = position;
    let phase = 0;
    while (at < text.end && text.bytes[at] === bytes[patternStart + phase]) {
      at++;
      if (++phase === period) phase = 0;
    }
    const matched = at - position;
    if (at === text.end && text.isOpen) search.goesOn(Math.max(position, at - length));
    if (matched < length) return;
    const end = at - ((matched - length) % period);
    const isShort = length < MIN_UNBOUNDED_BYTES;
    if (isShort && (isWordAt(text, position - 1) || isWordAt(text, end))) return;
    const find = toFind(pattern, position, position + length);
    search.add(end === find.end ? find : { ...find, end });
  };

  return {
    inspect(text, position, windowId, search) {
      for (let link = windows.firstOf(windowId); link !== -1; link = windows.nextOf(link)) {
        const hit = { position, place: windows.placeOf(link) };
        if (windows.periodOf(windows.patternOf(hit.place)) === 0) inspectPlace(text, hit, search);
        else inspectRepetition(text, hit, search);
      }
    },
  };
}

function hasNewline(bytes: Uint8Array, from: number, to: number): boolean {
  return bytes.subarray(from, to).includes(NEWLINE);
}

function isWordAt({ bytes, start, end }: Text, at: number): boolean {
  return at >= start && at < end && isOf("word", bytes[at]);
}

/** How many of the characters at the edge of what was found hold bits of it: some, if the encoding goes on there. */
function countShared(text: Text, edge: number, most: number, direction: 1 | -1): number {
  let count = 0;
  for (let at = edge; count < most && at >= text.start && at < text.end; at += direction) {
    if (!isOf("anyBase64", text.bytes[at])) break;
    count++;
  }
  return count;
}

function standsBefore(
  text: Text,
  position: number,
  {
    bytes,
    start,
    period,
  }: { readonly bytes: Uint8Array; readonly start: number; readonly period: number },
): boolean {
  if (position - period < text.start) return false;
  for (let index = 0; index < period; index++) {
    if (text.bytes[position - period + index] !== bytes[start + index]) return false;
  }
  return true;
}
