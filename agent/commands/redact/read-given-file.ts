import { closeSync, openSync, readSync } from "node:fs";

import { AgentError, toErrorText } from "../../errors.ts";

/** Of nothing that is given by hand there is more; a device would never end. */
const MAX_BYTES = 16_777_216;
const PIECE_BYTES = 65_536;

/** A file, or a pipe as `<(command)` makes one. `what` says in messages what it is. */
export function readGivenFile(path: string, what: string): Buffer {
  try {
    return readToEnd(path);
  } catch (cause) {
    throw new AgentError("usage", `${what} cannot be read: ${toErrorText(cause)}`, { cause });
  }
}

function readToEnd(path: string): Buffer {
  const descriptor = openSync(path, "r");
  try {
    const pieces: Buffer[] = [];
    for (let left = MAX_BYTES; left > 0;) {
      const piece = Buffer.alloc(PIECE_BYTES);
      const count = readSync(descriptor, piece);
      if (count === 0) return Buffer.concat(pieces);
      pieces.push(piece.subarray(0, count));
      left -= count;
    }
    throw new Error(`${path} has more than ${MAX_BYTES >> 20} MiB`);
  } finally {
    closeSync(descriptor);
  }
}
