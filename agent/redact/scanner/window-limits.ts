/** Tells the scanner what stands beside windows, so that nobody is asked about those that stand there without their pattern. */
import { NEWLINE } from "../search/text.ts";
import type { ScannerMemory } from "./scanner-memory.ts";
import type { ScannerModule } from "./scanner-module.ts";

export interface WindowLimits {
  readonly add: (id: number, place: WindowPlace) => void;
  /** Lets the scanner know what was added. */
  link(): void;
}

/** A window, which is `[start, end)` of these bytes, in its pattern. */
export interface WindowPlace {
  readonly bytes: Uint8Array;
  readonly patternStart: number;
  readonly start: number;
  readonly end: number;
  readonly patternEnd: number;
}

/** So many that stand beside a window are in a table of hashes, which says of most windows that they are of no pattern. */
const BESIDE_BYTES = 4;
const BEHIND = 0;
const BEFORE = 1;
/** The patterns of 2,000 values of usual length are compared byte by byte; to copy all that there may be would take too much memory. */
const MAX_COPIED_BYTES = 8 << 20;
/** Of a place: where its pattern, its window and its pattern's end are, the window's id, and a link that is the scanner's. */
const PLACE_WORDS = 5;
const WORD_BYTES = 4;
const FIRST_PLACES = 256;
const FIRST_BYTES = 4096;

export function createWindowLimits(module: ScannerModule, memory: ScannerMemory): WindowLimits {
  /** Those that are not linked yet, with positions in `copied`. */
  let added = new Uint32Array(FIRST_PLACES * PLACE_WORDS);
  let addedCount = 0;
  let copied = new Uint8Array(FIRST_BYTES);
  let copiedBytes = 0;
  /** Of the pattern that was copied last: where it was and where it is. */
  let last = { start: -1, at: 0 };
  let linkedBytes = 0;
  let linked = 0;
  let capacity = 0;
  let placesAt = 0;

  const limitSide = (id: number, side: number, bytes: Uint8Array, at: number): void =>
    module.limitWindow(id, side, Number(at < 0), at < 0 ? 0 : wordAt(bytes, at));
  const copy = (bytes: Uint8Array, start: number, end: number): number => {
    if (last.start === start) return last.at;
    const at = copiedBytes;
    const length = end - start;
    if (at + length > copied.length) {
      const grown = new Uint8Array(2 * (at + length));
      grown.set(copied);
      copied = grown;
    }
    for (let index = 0; index < length; index++) copied[at + index] = bytes[start + index] ?? 0;
    copiedBytes += length;
    last = { start, at };
    return at;
  };
  const grow = (count: number): void => {
    const before = new Uint32Array(module.memory.buffer, placesAt, linked * PLACE_WORDS).slice();
    capacity = 2 ** Math.ceil(Math.log2(Math.max(FIRST_PLACES, count)));
    placesAt = memory.allocate(capacity * PLACE_WORDS * WORD_BYTES);
    new Uint32Array(module.memory.buffer, placesAt).set(before);
  };

  return {
    add(id, { bytes, patternStart, start, end, patternEnd }) {
      const hasBehind = bytes[end - 1] !== NEWLINE && end + BESIDE_BYTES <= patternEnd;
      limitSide(id, BEHIND, bytes, hasBehind ? end : -1);
      limitSide(
        id,
        BEFORE,
        bytes,
        start - BESIDE_BYTES >= patternStart ? start - BESIDE_BYTES : -1,
      );
      if (linkedBytes + copiedBytes + patternEnd - patternStart > MAX_COPIED_BYTES) {
        module.limitByOther(id);
        return;
      }
      const at = addedCount * PLACE_WORDS;
      if (at === added.length) {
        const grown = new Uint32Array(2 * at);
        grown.set(added);
        added = grown;
      }
      const pattern = copy(bytes, patternStart, patternEnd);
      added[at] = pattern;
      added[at + 1] = pattern + start - patternStart;
      added[at + 2] = pattern + patternEnd - patternStart;
      added[at + 3] = id;
      addedCount++;
    },
    link() {
      if (addedCount === 0) return;
      const bytesAt = memory.allocate(copiedBytes);
      memory.bytes.set(copied.subarray(0, copiedBytes), bytesAt);
      for (let at = 0; at < addedCount * PLACE_WORDS; at += PLACE_WORDS) {
        for (let word = at; word < at + 3; word++) added[word] = bytesAt + (added[word] ?? 0);
      }
      const count = linked + addedCount;
      if (count > capacity) grow(count);
      const written = added.subarray(0, addedCount * PLACE_WORDS);
      memory.words.set(written, placesAt / WORD_BYTES + linked * PLACE_WORDS);
      module.linkPlaces(placesAt, linked, count);
      linked = count;
      linkedBytes += copiedBytes;
      addedCount = copiedBytes = 0;
      last = { start: -1, at: 0 };
    },
  };
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}
