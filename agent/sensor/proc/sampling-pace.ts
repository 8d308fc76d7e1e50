/**
 * Sampling may cost one part in twenty of a core. A part of the cost comes after the sample (timers, garbage collection,
 * handing on what was seen), so less is aimed at: aiming at 0.05 itself was measured to cost 0.06.
 */
const MAX_CORE_SHARE = 0.04;
/** Below this a sampler would do little else than sample. */
export const MIN_PERIOD_MS = 50;
/** Beyond this it would see next to nothing, so a process table that is made slow to read cannot push it further. */
export const MAX_PERIOD_MS = 10_000;

/** How long to wait before the next sample when the last one took `costMs` of processor time. */
export function decideWaitMs(periodMs: number, costMs: number): number {
  return Math.max(periodMs, Math.min(costMs / MAX_CORE_SHARE, MAX_PERIOD_MS));
}
