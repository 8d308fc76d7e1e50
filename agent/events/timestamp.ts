import type { Microseconds } from "../observation.ts";

let lastSecond = -1;
let lastText = "";

/** RFC 3339 with microseconds. Events come thousands to the second, so the part down to the second is kept. */
export function formatTimestamp(at: Microseconds): string {
  const second = Math.floor(at / 1_000_000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastText = new Date(second * 1000).toISOString().slice(0, 20);
  }
  return `${lastText}${String(at - second * 1_000_000).padStart(6, "0")}Z`;
}
