import type { Microseconds } from "../../observation.ts";

export type RecordClock = (nanoseconds: number) => Microseconds;

/** The time of day, and CLOCK_MONOTONIC at the same moment. */
export interface ClockPair {
  readonly timeOfDayMs: number;
  readonly monotonicNs: bigint;
}

export interface Clocks {
  /** Whole milliseconds. */
  readonly timeOfDayMs: () => number;
  readonly monotonicNs: () => bigint;
}

const SYSTEM_CLOCKS: Clocks = {
  timeOfDayMs: () => Date.now(),
  monotonicNs: () => process.hrtime.bigint(),
};
/** As long as it takes to ask thrice, and no more: nothing held this process up meanwhile. */
const CLOSE_NS = 20_000n;
const MAX_TICKS = 8;

/** Turns CLOCK_MONOTONIC into time of day. Fixed at start, so that a clock set back later does not reorder events. */
export function createRecordClock({ timeOfDayMs, monotonicNs }: ClockPair): RecordClock {
  const offset = timeOfDayMs * 1000 - Number(monotonicNs) / 1000;
  return (nanoseconds) => Math.round(offset + nanoseconds / 1000);
}

/**
 * Both clocks at a moment when a millisecond begins. A busy machine may hold this process up between the two of them for a second,
 * by which all times of the run would be wrong: the closest pair of some milliseconds counts.
 */
export function readClocks(clocks: Clocks = SYSTEM_CLOCKS): ClockPair {
  let best = readAtTick(clocks);
  for (let tick = 1; tick < MAX_TICKS && best.apartNs > CLOSE_NS; tick += 1) {
    const next = readAtTick(clocks);
    if (next.apartNs < best.apartNs) best = next;
  }
  return best;
}

/** The tick lies between the last look that did not see it and the first that did. */
function readAtTick({ timeOfDayMs, monotonicNs }: Clocks): ClockPair & { apartNs: bigint } {
  let before = monotonicNs();
  const last = timeOfDayMs();
  for (let between = monotonicNs(); ;) {
    const now = timeOfDayMs();
    const after = monotonicNs();
    if (now !== last) {
      return { timeOfDayMs: now, monotonicNs: (before + after) / 2n, apartNs: after - before };
    }
    before = between;
    between = after;
  }
}
