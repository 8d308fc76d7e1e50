/** How long is waited before the next attempt: twice as long each time, and anything up to that, so that what failed together does not come together. */
export interface BackoffBounds {
  readonly firstMs: number;
  readonly maxMs: number;
}

const MAX_DOUBLINGS = 30;

/** `failures`: so far, from 1. `random`: from 0 to 1. */
export function toBackoff(
  failures: number,
  { firstMs, maxMs }: BackoffBounds,
  random: number,
): number {
  const longest = Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, MAX_DOUBLINGS));
  return Math.round(longest * random);
}
