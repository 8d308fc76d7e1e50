import { readSync } from "node:fs";

const STDIN = 0;

/** All of it; undefined where there is more than `maxBytes`. */
export function readStandardInput(maxBytes: number): string | undefined {
  const bytes = Buffer.alloc(maxBytes + 1);
  let length = 0;
  while (length < bytes.length) {
    const count = readSync(STDIN, bytes, length, bytes.length - length, null);
    if (count === 0) return bytes.toString("utf8", 0, length);
    length += count;
  }
  return undefined;
}
