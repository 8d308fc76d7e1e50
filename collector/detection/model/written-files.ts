/** Which files a run wrote, so that it is known of a program whether the run itself brought it. */
import { createHash } from "node:crypto";

import { createRecent } from "./recent.ts";

export interface WrittenFiles {
  add(path: string): void;
  has(path: string): boolean;
  readonly size: number;
}

/** A path may have 4,096 characters; a hash of it has these, and is kept. */
const LONG = 96;

export function createWrittenFiles(max: number): WrittenFiles {
  const files = createRecent<true>(max);
  return {
    add: (path) => files.set(toKey(path), true),
    has: (path) => files.get(toKey(path)) !== undefined,
    get size() {
      return files.size;
    },
  };
}

function toKey(path: string): string {
  return path.length <= LONG ? path : createHash("sha256").update(path).digest("base64");
}
