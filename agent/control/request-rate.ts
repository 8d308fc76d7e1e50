/** How often something may be asked for: a burst, and then a steady rate. */
export interface RequestRate {
  /** Whether there is room for one more; takes it. */
  take(nowMs: number): boolean;
}

export interface RateBounds {
  readonly burst: number;
  readonly perSecond: number;
}

export function createRequestRate({ burst, perSecond }: RateBounds): RequestRate {
  let tokens = burst;
  let filledAtMs: number | undefined;
  return {
    take(nowMs) {
      const elapsedMs = Math.max(0, nowMs - (filledAtMs ?? nowMs));
      tokens = Math.min(burst, tokens + (elapsedMs * perSecond) / 1_000);
      filledAtMs = nowMs;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
