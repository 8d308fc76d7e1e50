import { chooseWindows, LONG_WINDOW, SHORT_WINDOW } from "./choose-windows.ts";
import { createGramIndex } from "./gram-index.ts";
import type { PatternStore } from "./pattern-store.ts";

/** The scanner's: it reports every position at which a window stands, with its number. */
export interface WindowTable {
  /** Of 8 bytes, or of 4; they are others after the call. */
  add(window: Uint8Array, id: number): void;
  /** The window is of such a pattern. */
  limit(id: number, place: WindowPlace): void;
}

/** A window, which is `[start, end)` of these bytes, in its pattern. */
export interface WindowPlace {
  readonly bytes: Buffer;
  readonly patternStart: number;
  readonly start: number;
  readonly end: number;
  readonly patternEnd: number;
}

/** By which windows each pattern is found. A place is a window of one pattern; those of a pattern are neighbours. */
export interface PatternWindows {
  /** False where the pattern cannot be looked for: it has too much in common with others, or there are too many. */
  readonly add: (pattern: number, isDense: boolean) => boolean;
  /** A link for `placeOf` and `nextOf`, or -1. */
  readonly firstOf: (windowId: number) => number;
  readonly nextOf: (link: number) => number;
  readonly placeOf: (link: number) => number;
  readonly patternOf: (place: number) => number;
  /** Of the window's first byte, in the store. */
  readonly startOf: (place: number) => number;
  readonly endOf: (place: number) => number;
  /** After how many bytes the pattern repeats itself where it has no window of which there is only one; else 0. */
  readonly periodOf: (pattern: number) => number;
}

/** What the tables of 10,000 values of usual length need, about 100 MB with the scanner's. */
const MAX_PLACES = 1 << 20;
const FIRST_PLACES = 256;

export function createPatternWindows(store: PatternStore, table: WindowTable): PatternWindows {
  const index = createGramIndex(store);
  const periods = new Map<number, number>();
  const longWindow = new Uint8Array(LONG_WINDOW);
  const shortWindow = new Uint8Array(SHORT_WINDOW);
  let placeCount = 0;
  /** Of each place: its pattern, where its window begins and where it ends. */
  let places = new Int32Array(FIRST_PLACES * 3);

  const addPlace = (pattern: number, start: number, width: number): void => {
    if ((placeCount + 1) * 3 > places.length) {
      const grown = new Int32Array(places.length * 2);
      grown.set(places);
      places = grown;
    }
    places[placeCount * 3] = pattern;
    places[placeCount * 3 + 1] = start;
    places[placeCount * 3 + 2] = start + width;
    const knownGroups = index.groupCount;
    const group = index.add(start, width, placeCount++);
    table.limit(group, {
      bytes: store.bytes,
      patternStart: store.startOf(pattern),
      start,
      end: start + width,
      patternEnd: store.endOf(pattern),
    });
    if (group !== knownGroups) return;
    const window = width === longWindow.length ? longWindow : shortWindow;
    for (let at = 0; at < width; at++) window[at] = store.bytes[start + at] ?? 0;
    table.add(window, group);
  };

  return {
    add(pattern, isDense) {
      const { offsets, width, period } = chooseWindows(store, index, { pattern, isDense });
      if (placeCount + offsets.length > MAX_PLACES) return false;
      const start = store.startOf(pattern);
      if (period > 0) periods.set(pattern, period);
      for (const offset of offsets) addPlace(pattern, start + offset, width);
      return offsets.length > 0;
    },
    firstOf: index.firstOf,
    nextOf: index.nextOf,
    placeOf: index.itemOf,
    patternOf: (place) => (place < placeCount ? (places[place * 3] ?? -1) : -1),
    startOf: (place) => places[place * 3 + 1] ?? 0,
    endOf: (place) => places[place * 3 + 2] ?? 0,
    periodOf: (pattern) => periods.get(pattern) ?? 0,
  };
}
