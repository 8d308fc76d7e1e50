import { closeSync, openSync } from "node:fs";

import { loadJobLibc } from "./libc.ts";

const STANDARD_STREAMS: ReadonlySet<number> = new Set([0, 1, 2]);

/**
 * Closes descriptors for the guard; the standard ones lead nowhere from now on. Whoever is at the other end of a pipe that
 * the command closes waits for all who have it; and of a terminal that it still has, Node.js undoes the settings when it
 * ends, which would undo the command's.
 */
export function letGo(descriptors: readonly number[]): void {
  const libc = loadJobLibc();
  const nothing = openSync("/dev/null", "r+");
  for (const descriptor of descriptors) {
    if (STANDARD_STREAMS.has(descriptor)) libc.duplicate(nothing, descriptor);
    else closeSync(descriptor);
  }
  closeSync(nothing);
}
