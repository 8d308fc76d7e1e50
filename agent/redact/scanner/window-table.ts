import type { ScannerMemory } from "./scanner-memory.ts";
import type { ScannerModule } from "./scanner-module.ts";

/** Windows that the scanner looks for at every position. */
export interface WindowTable {
  /** Of 8 bytes, or of 4; `id` is what its hits have. */
  add(window: Uint8Array, id: number): void;
  readonly has: { readonly long: boolean; readonly short: boolean };
}

const LONG_BYTES = 8;
const SHORT_BYTES = 4;
const WINDOW_SIZE = 16;
const FIRST_CAPACITY = 256;
/** The sizes that the scanner has: of a filter that stays in the first cache, and of one that stays in the second. */
const FILTER_BITS = { small: 15, large: 22 };
const HEAD_BITS = { least: 8, most: 18 };

export function createWindowTable(module: ScannerModule, memory: ScannerMemory): WindowTable {
  const long = createTable(module, memory, 0);
  const short = createTable(module, memory, 1);
  return {
    has: {
      get long() {
        return long.count > 0;
      },
      get short() {
        return short.count > 0;
      },
    },
    add(window, id) {
      if (window.length === LONG_BYTES) long.add(window, id);
      else if (window.length === SHORT_BYTES) short.add(window, id);
      else throw new RangeError(`a window has 8 or 4 bytes, not ${window.length}`);
    },
  };
}

function createTable(module: ScannerModule, memory: ScannerMemory, isShort: 0 | 1) {
  let count = 0;
  let capacity = 0;
  let windowsAt = 0;

  const grow = (): void => {
    capacity = Math.max(FIRST_CAPACITY, capacity * 4);
    const log = Math.log2(capacity);
    const filterBits = capacity === FIRST_CAPACITY ? FILTER_BITS.small : FILTER_BITS.large;
    const headBits = Math.min(Math.max(log, HEAD_BITS.least), HEAD_BITS.most);
    const filterAt = memory.allocate(2 ** filterBits / 8);
    const headsAt = memory.allocate(2 ** headBits * 4);
    const newWindowsAt = memory.allocate(capacity * WINDOW_SIZE);
    memory.bytes.copyWithin(newWindowsAt, windowsAt, windowsAt + count * WINDOW_SIZE);
    windowsAt = newWindowsAt;
    const table = new Uint32Array(module.memory.buffer, module.windowTablesAt[isShort], 5);
    table.set([filterAt, headsAt, windowsAt, filterBits, headBits]);
    for (let index = 0; index < count; index++) module.linkWindow(isShort, index);
  };

  return {
    get count() {
      return count;
    },
    add(window: Uint8Array, id: number) {
      if (count === capacity) grow();
      const at = windowsAt + count * WINDOW_SIZE;
      memory.bytes.fill(0, at, at + LONG_BYTES);
      memory.bytes.set(window, at);
      new DataView(module.memory.buffer).setUint32(at + LONG_BYTES, id, true);
      module.linkWindow(isShort, count++);
    },
  };
}
