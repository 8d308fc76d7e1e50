/** How much of dead guards' runs is kept for a collector that is away: it may stay away for weeks, and the disk is the jobs'. */
import { hasFindings, measureLeft } from "./left-content.ts";
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

/** Both are in the order of their starts, as they are given. */
export function boundLeft(left: readonly RunDirectory[], bounds: LeftBounds): BoundedLeft {
  const reasons = findTooMuch(left, bounds);
  return {
    kept: left.filter((directory) => !reasons.has(directory)),
    tooMuch: left.flatMap((directory) => {
      const why = reasons.get(directory);
      return why === undefined ? [] : [{ directory, why }];
    }),
  };
}

/** Why each has to go. */
function findTooMuch(
  left: readonly RunDirectory[],
  { maxBytes, maxAgeMs, now }: LeftBounds,
): ReadonlyMap<RunDirectory, string> {
  const isTooOld = ({ startedAt }: RunDirectory): boolean =>
    startedAt !== undefined && now - startedAt > maxAgeMs;
  const reasons = new Map<RunDirectory, string>();
  for (const directory of left.filter(isTooOld)) reasons.set(directory, "it is too old");
  const sized = left
    .filter((directory) => !reasons.has(directory))
    .map((directory) => ({ directory, bytes: measureLeft(directory.path) }));
  if (sized.reduce((sum, { bytes }) => sum + bytes, 0) <= maxBytes) return reasons;
  let room = maxBytes;
  for (const [place, { directory, bytes, isReadable }] of toWorth(sized).entries()) {
    // The bound may be less than it was when that was written: what is worth the most is kept all the same.
    if (bytes <= room || (place === 0 && isReadable)) room = Math.max(room - bytes, 0);
    else reasons.set(directory, isReadable ? NO_ROOM : UNREADABLE);
  }
  return reasons;
}

const NO_ROOM = "those that are newer or hold findings have all the room";
const UNREADABLE = "nobody can read whose it is, and there is no room for it";

interface Sized {
  readonly directory: RunDirectory;
  readonly bytes: number;
}

/** What can be sent first, of that what holds findings, and of each the newest. */
function toWorth(sized: readonly Sized[]) {
  return sized
    .toReversed()
    .map((one) => {
      const isReadable = one.directory.request !== undefined;
      const worth = isReadable ? (hasFindings(one.directory.path) ? 2 : 1) : 0;
      return { ...one, isReadable, worth };
    })
    .toSorted((one, other) => other.worth - one.worth);
}

/** Events that no collector has, as far as they were noted; undefined where that cannot be read. */
export function countUnsent({ path }: Pick<RunDirectory, "path">): number | undefined {
  try {
    using state = createStateFile(path);
    return Math.max(state.told - (state.position?.toEvent ?? 0), 0);
  } catch {
    return undefined;
  }
}
