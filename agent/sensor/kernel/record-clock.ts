import type { Microseconds } from "../../observation.ts";

export type RecordClock = (nanoseconds: number) => Microseconds;

/** Turns CLOCK_MONOTONIC into time of day. Fixed at start, so that a clock set back later does not reorder events. */
export function createRecordClock(nowMs: number, monotonicNanoseconds: bigint): RecordClock {
  const offset = nowMs * 1000 - Number(monotonicNanoseconds) / 1000;
  return (nanoseconds) => Math.round(offset + nanoseconds / 1000);
}
