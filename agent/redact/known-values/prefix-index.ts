import type { Text } from "../search/text.ts";
import { createGramIndex } from "./gram-index.ts";
import { skipBreakBackwards } from "./line-break.ts";
import type { PatternStore } from "./pattern-store.ts";

/** Knows with what the patterns begin. */
export interface PrefixIndex {
  readonly add: (pattern: number) => void;
  /**
   * The start of the longest end of the text that is the beginning of some pattern, but not all of it. Where the text
   * ends with a line break, what is before it has to be eight bytes of the pattern: nearly every line ends with the first
   * byte of some value.
   */
  readonly longestPartial: (text: Text) => number | undefined;
}

const HEAD = 8;
/** What is longer has a window in it, and has been found to go on. */
const MAX_TAIL_BYTES = 16 << 10;

export function createPrefixIndex(store: PatternStore): PrefixIndex {
  const heads = createGramIndex(store);
  let longest = 0;

  const isBeginning = (pattern: number, text: Text, at: number): boolean => {
    const start = store.startOf(pattern);
    const length = text.end - at;
    if (store.endOf(pattern) - start <= length) return false;
    for (let index = HEAD; index < length; index++) {
      if (store.bytes[start + index] !== text.bytes[at + index]) return false;
    }
    return true;
  };
  const hasBeginning = (text: Text, at: number): boolean => {
    const group = heads.find(text.bytes, at, HEAD);
    if (group === -1) return false;
    for (let link = heads.firstOf(group); link !== -1; link = heads.nextOf(link)) {
      if (isBeginning(heads.itemOf(link), text, at)) return true;
    }
    return false;
  };
  const findPartial = (text: Text, least: number): number | undefined => {
    const { bytes, start, end } = text;
    const first = Math.max(start, end - Math.min(longest - 1, MAX_TAIL_BYTES));
    for (let at = first; at <= end - HEAD; at++) if (hasBeginning(text, at)) return at;
    for (let at = Math.max(first, end - HEAD + 1); at <= end - least; at++) {
      if (heads.find(bytes, at, end - at) !== -1) return at;
    }
    return undefined;
  };

  return {
    add(pattern) {
      const start = store.startOf(pattern);
      const length = store.endOf(pattern) - start;
      longest = Math.max(longest, length);
      if (length > HEAD) heads.add(start, HEAD, pattern);
      if (!store.kindOf(pattern).isLegible) return;
      for (let width = 1; width < Math.min(length, HEAD); width++) {
        if (heads.find(store.bytes, start, width) === -1) heads.add(start, width, pattern);
      }
    },
    longestPartial(text) {
      const whole = findPartial(text, 1);
      const end = skipBreakBackwards(text, text.end, undefined);
      if (end === text.end) return whole;
      const broken = findPartial({ ...text, end }, HEAD);
      return whole === undefined ? broken : Math.min(whole, broken ?? whole);
    },
  };
}
