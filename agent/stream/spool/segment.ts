/** One file of records: written at its end, read anywhere, and gone with the last record that is wanted. */
import {
  closeSync,
  constants,
  fdatasync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
  writevSync,
} from "node:fs";

export interface Segment {
  readonly bytes: number;
  /** Of records that are wanted. */
  wantedBytes: number;
  wantedRecords: number;
  /** Throws what the system says; then nothing was written. Returns where it begins. */
  append(parts: readonly Buffer[]): number;
  /** Less than asked for where the file ends. */
  read(at: number, length: number): Buffer;
  /** Nothing more is written. What is there gets to the disk soon, and nobody waits for it. */
  seal(): void;
  /** False: it is still there. */
  remove(): boolean;
  close(): void;
}

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDWR, O_RDONLY } = constants;

/** Throws where there is something of that name. */
export function createSegment(path: string): Segment {
  return toSegment(
    path,
    openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_APPEND, 0o600),
    0,
  );
}

/** Of a guard before this one: it is read alone. Undefined where it cannot be. */
export function openSegment(path: string): Segment | undefined {
  try {
    const descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const stats = fstatSync(descriptor);
    if (stats.isFile()) return toSegment(path, descriptor, stats.size);
    closeSync(descriptor);
  } catch {
    // What it held is told as missing.
  }
  return undefined;
}

function toSegment(path: string, descriptor: number, length: number): Segment {
  let bytes = length;
  let isOpen = true;
  const close = (): void => {
    if (isOpen) closeSync(descriptor);
    isOpen = false;
  };
  return {
    get bytes() {
      return bytes;
    },
    wantedBytes: 0,
    wantedRecords: 0,
    append(parts) {
      const wanted = parts.reduce((sum, part) => sum + part.length, 0);
      try {
        const written = writevSync(descriptor, [...parts]);
        if (written < wanted) throw new Error("ENOSPC: there is no room for all of it");
      } catch (error) {
        cutTo(descriptor, bytes);
        throw error;
      }
      const at = bytes;
      bytes += wanted;
      return at;
    },
    read(at, wanted) {
      const buffer = Buffer.alloc(wanted);
      return buffer.subarray(0, readSync(descriptor, buffer, 0, wanted, at));
    },
    // A copy of the number may be closed before it is done, which ends in an error that says nothing.
    seal: () => fdatasync(descriptor, () => undefined),
    remove() {
      close();
      try {
        rmSync(path, { force: true });
        return true;
      } catch {
        // It goes with its directory, or something else of its name is there now.
        return false;
      }
    },
    close,
  };
}

function cutTo(descriptor: number, bytes: number): void {
  try {
    ftruncateSync(descriptor, bytes);
  } catch {
    // A half of a record is told by its checksum.
  }
}
