import type { ScannerMemory } from "./scanner-memory.ts";
import type { ScannerModule } from "./scanner-module.ts";
import { createWindowLimits, type WindowPlace } from "./window-limits.ts";

/** Windows that the scanner looks for at every position. */
export interface WindowTable {
  /** Of 8 bytes, or of 4; `id` is what its hits have. */
  add(window: Uint8Array, id: number): void;
  /**
   * Of a pattern that the window is of. A window that was limited is told of where the bytes beside it are those of such a pattern, or differ where there may
   * be a line break.
   */
  limit(id: number, place: WindowPlace): void;
  /** Lets the scanner know what was added, all at once: to tell it of tens of thousands one by one takes long. */
  link(): void;
  readonly has: { readonly long: boolean; readonly short: boolean };
}

const LONG_BYTES = 8;
const SHORT_BYTES = 4;
/** In words: the bytes, the id, and a link that is the scanner's. */
const WINDOW_WORDS = 4;
const WORD_BYTES = 4;
const FIRST_CAPACITY = 256;
/** The sizes of filters that the scanner has, in words, and for how many windows each is. */
const FILTERS = [
  { bits: 12, windows: FIRST_CAPACITY },
  { bits: 17, windows: 65_536 },
  { bits: 20, windows: Infinity },
];
const HEAD_BITS = { least: 8, most: 18 };

export function createWindowTable(module: ScannerModule, memory: ScannerMemory): WindowTable {
  const long = createTable(module, memory, 0);
  const short = createTable(module, memory, 1);
  const limits = createWindowLimits(module, memory);
  return {
    has: {
      get long() {
        return long.count > 0;
      },
      get short() {
        return short.count > 0;
      },
    },
    link() {
      long.link();
      short.link();
      limits.link();
    },
    limit: limits.add,
    add(window, id) {
      if (window.length === LONG_BYTES) long.add(window, id);
      else if (window.length === SHORT_BYTES) short.add(window, id);
      else throw new RangeError(`a window has 8 or 4 bytes, not ${window.length}`);
    },
  };
}

function createTable(module: ScannerModule, memory: ScannerMemory, isShort: 0 | 1) {
  let count = 0;
  let linked = 0;
  let capacity = 0;
  let filterAt = 0;
  let filterBits = 0;
  let windowsAt = 0;
  /** Those that are not linked yet. */
  let added = new Uint32Array(FIRST_CAPACITY * WINDOW_WORDS);

  const grow = (): void => {
    const before = new Uint32Array(module.memory.buffer, windowsAt, linked * WINDOW_WORDS).slice();
    const log = Math.ceil(Math.log2(Math.max(FIRST_CAPACITY, count)));
    capacity = 2 ** log;
    const neededBits = toFilterBits(capacity);
    if (filterBits !== neededBits) filterAt = memory.allocate(2 ** neededBits * WORD_BYTES);
    filterBits = neededBits;
    const headBits = Math.min(Math.max(log, HEAD_BITS.least), HEAD_BITS.most);
    const headsAt = memory.allocate(2 ** headBits * WORD_BYTES);
    windowsAt = memory.allocate(capacity * WINDOW_WORDS * WORD_BYTES);
    new Uint32Array(module.memory.buffer, windowsAt).set(before);
    const table = new Uint32Array(module.memory.buffer, module.windowTablesAt[isShort], 5);
    table.set([filterAt, headsAt, windowsAt, filterBits, headBits]);
    module.linkWindows(isShort, 0, linked);
  };

  return {
    get count() {
      return count;
    },
    add(window: Uint8Array, id: number) {
      const at = (count - linked) * WINDOW_WORDS;
      if (at === added.length) added = enlarged(added);
      added[at] = wordAt(window, 0);
      added[at + 1] = window.length === LONG_BYTES ? wordAt(window, 4) : 0;
      added[at + 2] = id;
      count++;
    },
    link() {
      if (linked === count) return;
      if (count > capacity) grow();
      const at = windowsAt + linked * WINDOW_WORDS * WORD_BYTES;
      const written = added.subarray(0, (count - linked) * WINDOW_WORDS);
      new Uint32Array(module.memory.buffer, at).set(written);
      module.linkWindows(isShort, linked, count);
      linked = count;
    },
  };
}

function toFilterBits(windowCount: number): number {
  return FILTERS.find(({ windows }) => windowCount <= windows)?.bits ?? 0;
}

function enlarged(words: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const grown = new Uint32Array(2 * words.length);
  grown.set(words);
  return grown;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}
