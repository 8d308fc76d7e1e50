/** How much of dead guards' runs is kept for a collector that is away: it may stay away for weeks, and the disk is the jobs'. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import type { RunDirectory } from "./run-directories.ts";
import { createStateFile } from "./state-file.ts";

export interface LeftBounds {
  readonly maxBytes: number;
  readonly maxAgeMs: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface BoundedLeft {
  readonly kept: readonly RunDirectory[];
  readonly tooMuch: readonly { readonly directory: RunDirectory; readonly why: string }[];
}

/** Both are in the order of their starts, as they are given: the oldest is too much first. */
export function boundLeft(left: readonly RunDirectory[], bounds: LeftBounds): BoundedLeft {
  const { maxBytes, maxAgeMs, now } = bounds;
  let bytes = 0;
  const judged = left.toReversed().map((directory) => {
    const { startedAt } = directory;
    if (startedAt !== undefined && now - startedAt > maxAgeMs) {
      return { directory, why: "it is too old" };
    }
    const own = measure(directory.path);
    const why = bytes + own > maxBytes ? "newer ones have all the room" : undefined;
    if (why === undefined) bytes += own;
    return { directory, why };
  });
  const ordered = judged.toReversed();
  return {
    kept: ordered.flatMap(({ directory, why }) => (why === undefined ? [directory] : [])),
    tooMuch: ordered.flatMap(({ directory, why }) =>
      why === undefined ? [] : [{ directory, why }],
    ),
  };
}

/** Events that no collector has, as far as they were noted. */
export function countUnsent({ path }: Pick<RunDirectory, "path">): number {
  using state = createStateFile(path);
  return Math.max(state.told - (state.position?.toEvent ?? 0), 0);
}

function measure(path: string): number {
  try {
    return readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0);
  } catch {
    // Whoever sends it tells what is wrong with it.
    return 0;
  }
}
