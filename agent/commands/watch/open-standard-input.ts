import { createReadStream, fstatSync } from "node:fs";
import { Socket } from "node:net";
import type { Readable } from "node:stream";
import { isatty, ReadStream } from "node:tty";

const STDIN = 0;

/** In a way that nothing waits for: a guard that is to end does, also while somebody holds the other end open. */
export function openStandardInput(): Readable {
  if (isatty(STDIN)) return new ReadStream(STDIN);
  const stats = fstatSync(STDIN);
  if (stats.isFIFO() || stats.isSocket()) {
    return new Socket({ fd: STDIN, readable: true, writable: false });
  }
  return createReadStream("", { fd: STDIN });
}
