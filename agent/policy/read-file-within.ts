import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import type { Stats } from "node:fs";

import { toErrorCode, toErrorText } from "../errors.ts";

export interface FileBounds {
  readonly maxBytes: number;
  /** What it should be: `a policy`. */
  readonly noun: string;
  /** Reads on after the file's name; given the bytes that it has at least. */
  readonly describeSize: (bytes: number) => string;
  /** Of the path's last part; true where nothing is said. */
  readonly followsLinks?: boolean;
}

/** Bytes of a file; or what is wrong with it, which reads on after its name. */
export type BoundedRead =
  | { readonly bytes: Buffer }
  | { readonly refusal: string; readonly cause?: unknown };

/** O_NONBLOCK keeps a FIFO without a writer from holding the guard up. */
export function readFileWithin(path: string, bounds: FileBounds): BoundedRead {
  const { O_RDONLY, O_NONBLOCK, O_NOCTTY, O_NOFOLLOW } = constants;
  const follow = bounds.followsLinks === false ? O_NOFOLLOW : 0;
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | follow);
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) {
      return { refusal: `is ${describeKind(stats)}, and ${bounds.noun} is a file` };
    }
    if (stats.size > bounds.maxBytes) return { refusal: bounds.describeSize(stats.size) };
    return readUpTo(descriptor, stats.size, bounds);
  } catch (error) {
    const isLink = follow !== 0 && toErrorCode(error) === "ELOOP";
    const refusal = isLink
      ? `is a symbolic link, and ${bounds.noun} is a file`
      : describeUnreadable(error, bounds.noun);
    return { refusal, cause: error };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

const MIN_PIECE = 65_536;

/** The size that the system gave is no bound: a file can grow, and files in /proc have size 0. */
function readUpTo(descriptor: number, size: number, bounds: FileBounds): BoundedRead {
  const pieces: Buffer[] = [];
  let length = 0;
  while (length <= bounds.maxBytes) {
    const piece = Buffer.alloc(Math.max(size + 1 - length, MIN_PIECE));
    const read = readSync(descriptor, piece, 0, piece.length, null);
    if (read === 0) return { bytes: Buffer.concat(pieces) };
    pieces.push(piece.subarray(0, read));
    length += read;
  }
  return { refusal: bounds.describeSize(length) };
}

function describeKind(stats: Stats): string {
  if (stats.isDirectory()) return "a directory";
  if (stats.isFIFO()) return "a pipe";
  return stats.isSocket() ? "a socket" : "a device";
}

/** Reads on after the file's name. */
export function describeUnreadable(error: unknown, noun: string): string {
  const code = toErrorCode(error);
  if (code === "ENOENT") return "does not exist: check the path";
  if (code === "ENOTDIR") return "does not exist: a part of its path is a file";
  if (code === "EISDIR") return `is a directory, and ${noun} is a file`;
  if (code === "EACCES") return "may not be read by this user: check its permissions";
  if (code === "ELOOP") return "is a symbolic link that leads back to itself";
  if (code === "ENAMETOOLONG") return "has a name longer than the system allows";
  if (code === "ENXIO") return `is a socket, and ${noun} is a file`;
  return `cannot be read: ${toErrorText(error)}`;
}
