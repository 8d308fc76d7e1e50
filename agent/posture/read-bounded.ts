/** How posture looks at files: each by a descriptor that was opened without waiting for anybody. */
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  type Stats,
} from "node:fs";

import type { PosturePlaces } from "./posture-places.ts";

/** Every file looked at is smaller, but for those that somebody made large on purpose. */
const MAX_BYTES = 256 * 1024;

/** The beginning of a file's text. Undefined: it is missing, not ours to read, or no file: a pipe or device would make us wait. */
export function readBounded(places: PosturePlaces, path: string): string | undefined {
  return lookAt(places, path, (place) => {
    if (!fstatSync(place.descriptor).isFile()) return undefined;
    const descriptor = openSync(place.path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return readUpTo(descriptor, MAX_BYTES);
    } finally {
      closeSync(descriptor);
    }
  });
}

/** At most `maxEntries` names. Undefined: it is missing, or not ours to read. */
export function listBounded(
  places: PosturePlaces,
  path: string,
  maxEntries: number,
): string[] | undefined {
  return lookAt(places, path, (place) => readdirSync(place.path).slice(0, maxEntries));
}

export function isAccessible(
  places: PosturePlaces,
  path: string,
  mode: number = constants.F_OK,
): boolean {
  const isLet = lookAt(places, path, (place) => {
    accessSync(place.path, mode);
    return true;
  });
  return isLet ?? false;
}

export function statOf(places: PosturePlaces, path: string): Stats | undefined {
  return lookAt(places, path, ({ descriptor }) => fstatSync(descriptor));
}

interface OpenPlace {
  readonly descriptor: number;
  /** The same, for calls that take a path. */
  readonly path: string;
}

function lookAt<Seen>(
  places: PosturePlaces,
  path: string,
  look: (place: OpenPlace) => Seen,
): Seen | undefined {
  const descriptor = places.open(path);
  if (descriptor === undefined) return undefined;
  try {
    return look({ descriptor, path: `/proc/self/fd/${descriptor}` });
  } catch {
    return undefined;
  } finally {
    closeSync(descriptor);
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
