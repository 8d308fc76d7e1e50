/** Waits that keep nobody alive, and that no crowd of agents takes in step. */

/** Ends early when the signal is aborted. */
export function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = (): void => resolve();
  const timer = setTimeout(end, ms).unref();
  if (signal.aborted) end();
  signal.addEventListener("abort", end, { once: true });
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  });
}

export interface Backoff {
  /** The next wait: twice the one before, between half of it and all of it by chance. */
  next(atLeastMs: number): number;
  reset(): void;
}

export function createBackoff(firstMs: number, maxMs: number, random: () => number): Backoff {
  let tries = 0;
  return {
    next(atLeastMs) {
      const wanted = Math.min(firstMs * 2 ** tries, maxMs);
      tries += 1;
      const chance = 0.5 + random() / 2;
      return atLeastMs > wanted ? atLeastMs + firstMs * random() : wanted * chance;
    },
    reset() {
      tries = 0;
    },
  };
}
