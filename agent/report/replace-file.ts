import { randomUUID } from "node:crypto";
import { closeSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

import { writeParts } from "./write-parts.ts";

const MODE = 0o644;

/** Throws what the file system says when a file cannot be made next to this one. */
export function assertDirectoryTakesFiles(path: string): void {
  const temporary = toTemporary(path);
  closeSync(openSync(temporary, "wx", MODE));
  rmSync(temporary);
}

/** Whoever reads the path finds what was there before, or all of the new. Leaves nothing else behind when it throws. */
export function replaceFile(path: string, parts: Iterable<string>): void {
  const temporary = toTemporary(path);
  const descriptor = openSync(temporary, "wx", MODE);
  try {
    try {
      writeParts(descriptor, parts);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** A name that a job cannot foresee: one that it made first would keep the report from being written. */
function toTemporary(path: string): string {
  return join(dirname(path), `.runner-guard-${randomUUID()}`);
}
