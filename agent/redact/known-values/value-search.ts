import { isOf } from "../search/character-class.ts";
import type { Search } from "../search/detector.ts";
import type { Encoding, Find } from "../search/find.ts";
import type { Text } from "../search/text.ts";
import { createFindStart, type WindowHit } from "./find-start.ts";
import type { FormKind } from "./forms/form.ts";
import { matchRest, MET_END } from "./match-pattern.ts";
import { createMayStandAround } from "./may-stand-around.ts";
import type { PatternStore } from "./pattern-store.ts";
import type { PatternWindows } from "./pattern-windows.ts";

export interface SoughtValue {
  readonly secret: Uint8Array;
  readonly source?: string;
}

export interface ValueSearch {
  readonly inspect: (text: Text, position: number, windowId: number, search: Search) => void;
}

/** Shorter ones are found as words of their own alone. */
const MIN_UNBOUNDED_BYTES = 8;

export function createValueSearch(
  store: PatternStore,
  windows: PatternWindows,
  values: readonly SoughtValue[],
): ValueSearch {
  const mayStandAround = createMayStandAround(store, windows);
  const findStart = createFindStart(store, windows);
  const splitEncodings = new Map<FormKind, readonly Encoding[]>();

  const findEnd = (text: Text, { position, place }: WindowHit): number => {
    const wanted = windows.endOf(place);
    const from = position + wanted - windows.startOf(place);
    const end = store.endOf(windows.patternOf(place));
    return matchRest(text, from, { bytes: store.bytes, at: wanted, end });
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
    const start = findStart(text, hit);
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
        const place = windows.placeOf(link);
        if (!mayStandAround(text, position, place)) continue;
        const isRepetition = windows.periodOf(windows.patternOf(place)) !== 0;
        (isRepetition ? inspectRepetition : inspectPlace)(text, { position, place }, search);
      }
    },
  };
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
