/** Reads what is escaped in a text as the texts that it stands for. */
import type { Encoding } from "../search/find.ts";
import type { ScannerMemory } from "./scanner-memory.ts";
import type { ScannerModule } from "./scanner-module.ts";

export interface EscapeReader {
  /** Of a text, from `from` on. One at a time for each depth, since what it read may have escapes in it. */
  begin(text: EscapedText, depth: number): EscapeReading;
  /** Of one stretch that was read of the text, where its bytes are from. */
  originOf(text: Pick<EscapedText, "start" | "end">, stretch: EscapedStretch): EscapeOrigin;
}

export interface EscapedText {
  readonly start: number;
  readonly from: number;
  readonly end: number;
  readonly isOpen: boolean;
  /** Where there is a byte for each of the text that says whether it was written otherwise before. Absent: all were. */
  readonly marksAt?: number | undefined;
}

export interface EscapeReading {
  /** Reads as much as there is room for; not all is read as long as `isOver` is false. */
  read(room: EscapeRoom): ReadEscapes;
  readonly isOver: boolean;
  /** Infinity, or the first place from which something goes on behind an open text. */
  readonly goesOnFrom: number;
}

/** Of MAX_ROOM_NEEDED bytes at least. */
export interface EscapeRoom {
  readonly at: number;
  readonly end: number;
  /** Marks of what is read are written here. */
  readonly marksAt: number;
}

export interface ReadEscapes {
  /** ESCAPED_WORDS for each stretch. */
  readonly stretches: Uint32Array;
  /** After the last of them, and two newlines with a NUL between them. */
  readonly end: number;
}

export interface EscapedStretch {
  /** A bit for each of the ways of escaping that were read. */
  readonly syntaxes: number;
  /** In the text that it was read of. */
  readonly from: number;
  readonly end: number;
}

/** Of the bytes `[start, end)` of the stretch, counted from 0. */
export type EscapeOrigin = (
  start: number,
  end: number,
) => { readonly start: number; readonly end: number; readonly encodings: readonly Encoding[] };

/** Of what was read: where it begins and ends, its syntaxes, where it begins and ends in the source, and the escape it was asked for at. */
export const ESCAPED_WORDS = 6;
/** What there has to be room for, so that any piece of a text can be read: as scanner/escapes.h has it. */
export const MAX_ROOM_NEEDED = 65_536 + 3 + 16;

const MAX_DEPTHS = 8;
const WORD_BYTES = 4;
const NOWHERE = 0xffff_ffff;
/** Of what is asked for, in words. */
const SEARCH = { start: 0, end: 1, isOpen: 2, marks: 3, at: 4, room: 5, goesOn: 8, words: 19 };
/** Of a map: the offset, where the source begins and ends, and the syntax. */
const ORIGIN_WORDS = 4;
const MAX_MAPPED = 65_536 + 16;
/** In the order of the bits. */
const ENCODINGS: readonly Encoding[] = ["url", "json", "html", "quoted-printable"];

export function createEscapeReader(module: ScannerModule, memory: ScannerMemory): EscapeReader {
  const searchesAt = memory.allocate(MAX_DEPTHS * SEARCH.words * WORD_BYTES);
  // Not when it is needed first: texts that are being searched hold the memory as it is.
  const mapAt = memory.allocate(MAX_MAPPED * ORIGIN_WORDS * WORD_BYTES);
  return {
    begin({ start, from, end, isOpen, marksAt = 0 }, depth) {
      const searchAt = searchesAt + depth * SEARCH.words * WORD_BYTES;
      const first = searchAt / WORD_BYTES;
      memory.words.fill(0, first, first + SEARCH.words);
      memory.words.set([start, end, isOpen ? 1 : 0, marksAt, from], first);
      memory.words[first + SEARCH.goesOn] = NOWHERE;
      const wordAt = (index: number): number => memory.words[first + index] ?? 0;
      return {
        read(room) {
          memory.words.set([room.at, room.marksAt, room.end], first + SEARCH.room);
          const count = module.decodeEscapes(searchAt);
          const at = module.escapedAt / WORD_BYTES;
          return {
            stretches: memory.words.slice(at, at + count * ESCAPED_WORDS),
            end: wordAt(SEARCH.room),
          };
        },
        get isOver() {
          return wordAt(SEARCH.at) >= end;
        },
        get goesOnFrom() {
          const goesOn = wordAt(SEARCH.goesOn);
          return goesOn === NOWHERE ? Infinity : goesOn;
        },
      };
    },
    originOf({ start, end: textEnd }, { syntaxes, from, end }) {
      const count = module.mapEscapes({ start, textEnd, syntaxes, from, end, mapAt });
      const at = mapAt / WORD_BYTES;
      return createOrigin(memory.words.slice(at, at + count * ORIGIN_WORDS), syntaxes);
    },
  };
}

function createOrigin(map: Uint32Array, syntaxes: number): EscapeOrigin {
  return (start, end) => {
    const first = findOrigin(map, start);
    const last = findOrigin(map, end - 1);
    let met = 0;
    for (let at = first; at <= last; at += ORIGIN_WORDS) met |= map[at + 3] ?? 0;
    return {
      start:
        map[first + 3] === 0
          ? (map[first + 1] ?? 0) + start - (map[first] ?? 0)
          : (map[first + 1] ?? 0),
      end:
        map[last + 3] === 0 ? (map[last + 1] ?? 0) + end - (map[last] ?? 0) : (map[last + 2] ?? 0),
      encodings: ENCODINGS_OF[met === 0 ? syntaxes : met] ?? ENCODINGS,
    };
  };
}

/** The last one that begins at the byte or before it. */
function findOrigin(map: Uint32Array, byte: number): number {
  let low = 0;
  let high = map.length / ORIGIN_WORDS;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((map[middle * ORIGIN_WORDS] ?? 0) <= byte) low = middle;
    else high = middle;
  }
  return low * ORIGIN_WORDS;
}

/** By the bits of syntaxes. */
const ENCODINGS_OF = Array.from({ length: 1 << ENCODINGS.length }, (_, bits) =>
  ENCODINGS.filter((_encoding, index) => (bits & (1 << index)) !== 0),
);
