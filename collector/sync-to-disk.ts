import { closeSync, fsyncSync, openSync } from "node:fs";

/** A file's bytes, or a directory's names: a file that is on disk is found there when its directory is, too. */
export function syncToDisk(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
