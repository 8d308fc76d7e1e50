/** One part in twenty of a core is what sampling may cost. */
const MAX_CORE_SHARE = 0.05;
/** Beyond this a sampling sensor sees next to nothing, so a process table that is made slow to read cannot push it further. */
const MAX_WAIT_MS = 10_000;

/** How long to wait before the next sample when the last one took `costMs` of processor time. */
export function decideWaitMs(periodMs: number, costMs: number): number {
  return Math.max(periodMs, Math.min(costMs / MAX_CORE_SHARE, MAX_WAIT_MS));
}
