/** Waits that no crowd of agents takes in step. */

/** Ends early when the signal is aborted. Does not keep the process alive, but for somebody who waits for what comes after. */
export function waitFor(
  ms: number,
  signal: AbortSignal,
  { keepsAlive = false } = {},
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = (): void => resolve();
  const timer = setTimeout(end, ms);
  if (!keepsAlive) timer.unref();
  if (signal.aborted) end();
  signal.addEventListener("abort", end, { once: true });
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  });
}

export interface Backoff {
  /** The next wait: twice the one before, between half of it and all of it by chance; never less than is asked for. */
  next(atLeastMs: number): number;
  reset(): void;
}

export function createBackoff(firstMs: number, maxMs: number, random: () => number): Backoff {
  let tries = 0;
  return {
    next(atLeastMs) {
      const wanted = Math.min(firstMs * 2 ** tries, maxMs);
      tries += 1;
      const own = wanted * (0.5 + random() / 2);
      return own >= atLeastMs ? own : atLeastMs + firstMs * random();
    },
    reset() {
      tries = 0;
    },
  };
}
