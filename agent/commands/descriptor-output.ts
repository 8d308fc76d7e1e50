/**
 * Writes to a descriptor that the command has too. Node's own streams make it non-blocking, for everyone who shares it, and
 * then a command that writes more than a pipe holds would see its writes fail.
 */
import { writeSync } from "node:fs";
import { isatty, WriteStream } from "node:tty";

export interface DescriptorOutput {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Undefined where it is no terminal, or one of no known size. */
  readonly columns: number | undefined;
}

/** How long a reader that does not read is waited for, where somebody else made the descriptor non-blocking. */
const PATIENCE_MS = 10_000;
const PAUSE_MS = 5;

/** `openStream` makes Node's stream for the same descriptor; it is asked for a terminal's width only. */
export function createDescriptorOutput(
  descriptor: number,
  openStream: () => unknown,
): DescriptorOutput {
  return {
    write(text) {
      writeAll(descriptor, Buffer.from(text));
    },
    isTTY: isatty(descriptor),
    get columns() {
      const stream = isatty(descriptor) ? openStream() : undefined;
      // A terminal that nobody gave a size has none.
      return stream instanceof WriteStream ? stream.columns || undefined : undefined;
    },
  };
}

/** Where nobody reads any more (the pipe's reader is gone, the terminal was closed), there is nobody to tell. */
function writeAll(descriptor: number, bytes: Buffer): void {
  const deadline = performance.now() + PATIENCE_MS;
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      const mayRetry = error instanceof Error && "code" in error && error.code === "EAGAIN";
      if (!mayRetry || performance.now() > deadline) return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}
