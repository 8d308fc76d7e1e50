import { closeSync, openSync, readFileSync, renameSync, rmSync } from "node:fs";
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

/**
 * A name that a job cannot foresee: one that it made first would keep the report from being written. From the kernel
 * (random(4)), because loading OpenSSL for it would take 6 MB.
 */
function toTemporary(path: string): string {
  const unique = readFileSync("/proc/sys/kernel/random/uuid", "latin1").trim();
  return join(dirname(path), `.runner-guard-${unique}`);
}
