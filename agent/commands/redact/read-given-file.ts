import { closeSync, openSync, readSync } from "node:fs";

import { AgentError } from "../../errors.ts";
import { describeUnreadable } from "../../policy/read-file-within.ts";

/** Of nothing that is given by hand there is more; a device would never end. */
const MAX_BYTES = 16_777_216;
const PIECE_BYTES = 65_536;

/** A file, or a pipe as `<(command)` makes one. `option` names it. */
export function readGivenFile(path: string, option: string): Buffer {
  const bytes = readToEnd(path, option);
  if (bytes !== undefined) return bytes;
  throw new AgentError("usage", `${option}: ${path} has more than ${MAX_BYTES >> 20} MiB`);
}

function readToEnd(path: string, option: string): Buffer | undefined {
  try {
    return readWithin(path);
  } catch (cause) {
    const reason = describeUnreadable(cause, "what it names");
    throw new AgentError("usage", `${option}: ${path} ${reason}`, { cause });
  }
}

/** Undefined where there is more. */
function readWithin(path: string): Buffer | undefined {
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
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}
