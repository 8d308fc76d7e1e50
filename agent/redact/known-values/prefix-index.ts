import { NEWLINE, type Text } from "../search/text.ts";
import { createGramIndex } from "./gram-index.ts";
import { mayBreakAt } from "./line-break.ts";
import { matchRest, MET_END, MIN_PIECE_BYTES } from "./match-pattern.ts";
import type { PatternStore } from "./pattern-store.ts";

/** Knows with what the patterns begin. */
export interface PrefixIndex {
  readonly add: (pattern: number) => void;
  /**
   * The start of the longest end of the text that is the beginning of some pattern, but not all of it, also over line breaks.
   * What is before the first of them has to be a piece of the pattern.
   */
  readonly longestPartial: (text: Text) => number | undefined;
}

/** So many bytes tell patterns apart that begin alike, as tokens of one kind do; the fewer where a line breaks behind one escape. */
const HEADS = [8, 6] as const;
/** What is longer has a window in it, and has been found to go on. */
const MAX_TAIL_BYTES = 16 << 10;
/** Of the line breaks in it, with indentation. */
const MAX_BREAK_BYTES = 512;
const FILTER_BITS = 20;

export function createPrefixIndex(store: PatternStore): PrefixIndex {
  const heads = createGramIndex(store);
  /** Bit n is set when n is the hash of the first piece of some pattern. */
  const filter = new Uint8Array(2 ** FILTER_BITS / 8);
  let longest = 0;

  /** Hundreds of patterns begin alike, and most of them differ soon, where no line breaks. */
  const differsAt = (text: Text, at: number, pattern: number): boolean => {
    const { bytes, end } = text;
    const shift = at - store.startOf(pattern);
    const to = Math.min(store.endOf(pattern), end - shift);
    const wanted = store.bytes;
    const first = store.startOf(pattern) + MIN_PIECE_BYTES;
    // Behind a newline of its own there may be indentation.
    if (wanted[first - 1] === NEWLINE) return false;
    for (let index = first; index < to; index++) {
      const byte = bytes[index + shift] ?? 0;
      if (byte !== wanted[index]) return !mayBreakAt(text, index + shift);
      if (byte === NEWLINE) return false;
    }
    return false;
  };
  const goesOn = (pattern: number, text: Text, at: number): boolean => {
    if (differsAt(text, at, pattern)) return false;
    const start = store.startOf(pattern) + MIN_PIECE_BYTES;
    const rest = { bytes: store.bytes, at: start, end: store.endOf(pattern) };
    return matchRest(text, at + MIN_PIECE_BYTES, rest) === MET_END;
  };
  const hasBeginning = (text: Text, at: number): boolean => {
    const width = HEADS.find((head) => isUnbroken(text, at, head)) ?? MIN_PIECE_BYTES;
    const group = heads.find(text.bytes, at, width);
    if (group === -1) return false;
    for (let link = heads.firstOf(group); link !== -1; link = heads.nextOf(link)) {
      if (goesOn(heads.itemOf(link), text, at)) return true;
    }
    return false;
  };

  return {
    add(pattern) {
      const start = store.startOf(pattern);
      const length = store.endOf(pattern) - start;
      longest = Math.max(longest, length);
      for (const head of HEADS) if (length > head) heads.add(start, head, pattern);
      if (length > MIN_PIECE_BYTES) {
        heads.add(start, MIN_PIECE_BYTES, pattern);
        const bit = toFilterBit(toWord(store.bytes, start));
        filter[bit >>> 3] = (filter[bit >>> 3] ?? 0) | (1 << (bit & 7));
      }
      if (!store.kindOf(pattern).isLegible) return;
      for (let width = 1; width < MIN_PIECE_BYTES; width++) {
        if (heads.find(store.bytes, start, width) === -1) heads.add(start, width, pattern);
      }
    },
    longestPartial(text) {
      if (longest === 0) return undefined;
      const { bytes, start, end } = text;
      const reach = Math.min(longest, MAX_TAIL_BYTES) + MAX_BREAK_BYTES;
      const first = Math.max(start, end - reach);
      let word = toWord(bytes, first);
      for (let at = first; at <= end - MIN_PIECE_BYTES; at++) {
        const bit = toFilterBit(word);
        const mayBegin = ((filter[bit >>> 3] ?? 0) & (1 << (bit & 7))) !== 0;
        if (mayBegin && hasBeginning(text, at)) return at;
        word = (word << 8) | (bytes[at + MIN_PIECE_BYTES] ?? 0);
      }
      for (let at = Math.max(first, end - MIN_PIECE_BYTES + 1); at < end; at++) {
        if (heads.find(bytes, at, end - at) !== -1) return at;
      }
      return undefined;
    },
  };
}

/** No line break can be within the head of a pattern that begins here. */
function isUnbroken(text: Text, at: number, head: number): boolean {
  if (at + head > text.end) return false;
  for (let index = at + MIN_PIECE_BYTES; index < at + head; index++) {
    if (mayBreakAt(text, index)) return false;
  }
  return true;
}

/** The bytes of a piece. */
function toWord(bytes: Uint8Array, at: number): number {
  let word = 0;
  for (let index = at; index < at + MIN_PIECE_BYTES; index++) {
    word = (word << 8) | (bytes[index] ?? 0);
  }
  return word;
}

function toFilterBit(word: number): number {
  return Math.imul(word, 0x9e3779b1) >>> (32 - FILTER_BITS);
}
