/**
 * Writes to a descriptor that the command has too. Node's own streams make it non-blocking, for everyone who shares it, and
 * then a command that writes more than a pipe holds would see its writes fail.
 */
import { isatty, WriteStream } from "node:tty";

import { writeParts } from "../report/write-parts.ts";

export interface DescriptorOutput {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Undefined where it is no terminal, or one of no known size. */
  readonly columns: number | undefined;
}

/** How long a reader that does not read is waited for, where somebody else made the descriptor non-blocking. */
const PATIENCE_MS = 10_000;

/** `openStream` makes Node's stream for the same descriptor; it is asked for a terminal's width only. */
export function createDescriptorOutput(
  descriptor: number,
  openStream: () => unknown,
): DescriptorOutput {
  return {
    write(text) {
      writeAll(descriptor, text);
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
function writeAll(descriptor: number, text: string): void {
  try {
    writeParts(descriptor, [text], PATIENCE_MS);
  } catch {
    // As said.
  }
}
