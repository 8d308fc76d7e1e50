import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
} from "node:fs";

/** Every file looked at is smaller, but for those that somebody made large on purpose. */
const MAX_BYTES = 256 * 1024;

/** The beginning of a file's text. Undefined: it is missing, not ours to read, or no file: a pipe or device would make us wait. */
export function readBounded(path: string): string | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return undefined;
  }
  try {
    if (!fstatSync(descriptor).isFile()) return undefined;
    return readUpTo(descriptor, MAX_BYTES);
  } catch {
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}

/** At most `maxEntries` names. Undefined: it is missing, or not ours to read. */
export function listBounded(path: string, maxEntries: number): string[] | undefined {
  try {
    return readdirSync(path).slice(0, maxEntries);
  } catch {
    return undefined;
  }
}

export function isAccessible(path: string, mode: number = constants.F_OK): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

/** Most files of /proc fit into one piece, and do not say how long they are. */
const PIECE_BYTES = 4_096;

function readUpTo(descriptor: number, maxBytes: number): string {
  const pieces: Buffer[] = [];
  let total = 0;
  while (total < maxBytes) {
    const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, maxBytes - total));
    const length = readSync(descriptor, piece);
    if (length === 0) break;
    pieces.push(piece.subarray(0, length));
    total += length;
  }
  return Buffer.concat(pieces).toString("utf8");
}
