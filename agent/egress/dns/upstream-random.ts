import { closeSync, openSync, readSync } from "node:fs";

export type FillRandom = (bytes: Uint8Array) => void;

/** Random bytes one at a time: asking the system for each would take longer than all else a question needs. */
export interface RandomBytes {
  byte(): number;
}

/** About forty questions: an id, a socket, and a bit a letter of the name. */
const BLOCK_BYTES = 1024;

export function createRandomBytes(fill: FillRandom = fillFromKernel): RandomBytes {
  const block = new Uint8Array(BLOCK_BYTES);
  let used = BLOCK_BYTES;
  return {
    byte() {
      if (used === BLOCK_BYTES) {
        fill(block);
        used = 0;
      }
      used += 1;
      return block[used - 1] ?? 0;
    },
  };
}

/** random(4): loading OpenSSL for it would take 6 MB. */
function fillFromKernel(bytes: Uint8Array): void {
  const source = openSync("/dev/urandom", "r");
  readSync(source, bytes);
  closeSync(source);
}
