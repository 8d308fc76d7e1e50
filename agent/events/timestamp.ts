import type { Microseconds } from "../observation.ts";

const MICROSECONDS_A_SECOND = 1_000_000;

let lastSecond = Number.NaN;
let lastText = "";

/** RFC 3339 with microseconds. Events come thousands to the second, so the part down to the second is kept. */
export function formatTimestamp(at: Microseconds): string {
  const second = Math.floor(at / MICROSECONDS_A_SECOND);
  if (second !== lastSecond) {
    lastText = new Date(second * 1000).toISOString().slice(0, "2026-01-31T12:00:00.".length);
    lastSecond = second;
  }
  const microseconds = Math.floor(at - second * MICROSECONDS_A_SECOND);
  return `${lastText}${String(microseconds).padStart(6, "0")}Z`;
}
