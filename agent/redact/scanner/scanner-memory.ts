import type { ScannerModule } from "./scanner-module.ts";

/** Memory is given and never taken back: what asks for it lives as long as the scanner. */
export interface ScannerMemory {
  /** All of it. May be another one after `allocate`. */
  readonly bytes: Uint8Array;
  /** The same by fours. To ask the runtime for the memory itself takes longer than to copy a few hits of it. */
  readonly words: Uint32Array;
  /** The position of so many bytes that nobody else has, a multiple of 16, with 32 more behind them that may be read. */
  allocate(byteCount: number): number;
}

const PAGE_BYTES = 65_536;
const ALIGNMENT = 16;
/** The scanner loads 16 bytes at a time, also where fewer are left. */
const SLACK_BYTES = 32;

export function createScannerMemory({ memory, heapBase }: ScannerModule): ScannerMemory {
  let free = align(heapBase);
  let bytes = new Uint8Array(memory.buffer);
  let words = new Uint32Array(memory.buffer);
  return {
    get bytes() {
      return bytes;
    },
    get words() {
      return words;
    },
    allocate(byteCount) {
      const at = free;
      free = align(at + byteCount + SLACK_BYTES);
      const missing = free - memory.buffer.byteLength;
      if (missing <= 0) return at;
      memory.grow(Math.ceil(missing / PAGE_BYTES));
      bytes = new Uint8Array(memory.buffer);
      words = new Uint32Array(memory.buffer);
      return at;
    },
  };
}

function align(position: number): number {
  return Math.ceil(position / ALIGNMENT) * ALIGNMENT;
}
