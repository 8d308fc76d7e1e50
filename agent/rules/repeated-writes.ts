/**
 * Writes that say nothing new to rules: a process that opens one log a hundred thousand times a second is judged once for a while.
 * Where a write was flagged, each of its repeats counts.
 */
import type { FileObservation, Microseconds, Observation } from "../observation.ts";

export interface RepeatedWrites {
  /** Whether rules have seen the same a moment ago, and nothing since that could make it mean something else. */
  isOne(seen: Observation): boolean;
  /** Rules looked at it, and flagged nothing. */
  noteHarmless(seen: Observation): void;
}

export interface RepeatedWritesOptions {
  /** Some 300 bytes each; all are forgotten when there are more. */
  readonly maxFiles: number;
}

/** Rules that look at when something happened look at seconds. */
const FRESH_US = 100_000;

export function createRepeatedWrites({ maxFiles }: RepeatedWritesOptions): RepeatedWrites {
  const known = new Map<string, FileObservation>();
  return {
    isOne(seen) {
      if (!isWrite(seen)) {
        // A build may begin with it, what is written may have been fetched, and a name may lead to another file.
        known.clear();
        return false;
      }
      const before = known.get(seen.path);
      return before !== undefined && isSame(before, seen);
    },
    noteHarmless(seen) {
      if (!isWrite(seen)) return;
      if (known.size >= maxFiles) known.clear();
      known.set(seen.path, seen);
    },
  };
}

function isWrite(seen: Observation): seen is FileObservation {
  return seen.kind === "file" && seen.operation === "write";
}

function isSame(before: FileObservation, seen: FileObservation): boolean {
  return (
    before.process.pid === seen.process.pid &&
    before.process.startTicks === seen.process.startTicks &&
    before.killed === seen.killed &&
    isFresh(before.at, seen.at)
  );
}

/** Observations of two cores come in any order. */
function isFresh(before: Microseconds, at: Microseconds): boolean {
  return Math.abs(at - before) < FRESH_US;
}
