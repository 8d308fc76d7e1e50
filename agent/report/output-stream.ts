import { closeSync, constants, existsSync, fstatSync, openSync } from "node:fs";

import { writeParts } from "./write-parts.ts";

export interface OutputStream {
  /** Takes away what an earlier run left there, so that it is not read as this one's. */
  clear(): void;
  /** To be called once. Throws what the file system says when the disk is full or the place is gone. */
  write(parts: Iterable<string>): void;
}

export interface OpenStream extends OutputStream {
  /** What stands there already; of a pipe or a device nothing. */
  bytesThere(): number;
}

interface StreamOptions {
  readonly patienceMs: number;
  /** Of the path's last part. */
  readonly followsLinks: boolean;
}

/**
 * Opens what is to be written to where it stands. Without O_NONBLOCK a FIFO would hold up the start until somebody reads
 * from it (with it, that is the error ENXIO), and the end for as long as its reader does not.
 */
export function openStream(path: string, options: StreamOptions): OpenStream {
  const { patienceMs, followsLinks } = options;
  const { O_WRONLY, O_APPEND, O_NONBLOCK, O_NOCTTY, O_CREAT, O_NOFOLLOW } = constants;
  // Linux refuses O_CREAT for someone else's FIFO or file in /tmp (fs.protected_fifos, fs.protected_regular).
  const create = existsSync(path) ? 0 : O_CREAT;
  const follow = followsLinks ? 0 : O_NOFOLLOW;
  const flags = O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY | create | follow;
  const descriptor = openSync(path, flags, 0o644);
  const hadName = fstatSync(descriptor).nlink > 0;
  return {
    bytesThere() {
      const stats = fstatSync(descriptor);
      return stats.isFile() ? stats.size : 0;
    },
    clear() {
      // What was written to a stream is gone on its way, and a summary is added to.
    },
    write(parts) {
      try {
        if (hadName && fstatSync(descriptor).nlink === 0) {
          throw new Error("it was deleted while the job ran");
        }
        writeParts(descriptor, parts, patienceMs);
      } finally {
        closeSync(descriptor);
      }
    },
  };
}
