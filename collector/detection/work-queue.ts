/** Runs that have something new, those that have waited longest first. */
export interface WorkQueue {
  /** Waiting already, it keeps its place. */
  add(runId: string): void;
  /** It is not waiting any more; undefined: none is. */
  take(): Waiting | undefined;
  /** It is not done: behind all others, and counted from when it came. */
  putBack(waiting: Waiting): void;
  readonly size: number;
  /** For how long the first one waits. */
  readonly lagMs: number;
}

export interface Waiting {
  readonly runId: string;
  /** By the clock that the queue was made with. */
  readonly since: number;
}

/** `uptime`: milliseconds of a clock that does not jump. */
export function createWorkQueue(maxRuns: number, uptime: () => number): WorkQueue {
  const waiting = new Map<string, number>();
  return {
    add(runId) {
      if (waiting.size < maxRuns && !waiting.has(runId)) waiting.set(runId, uptime());
    },
    take() {
      for (const [runId, since] of waiting) {
        waiting.delete(runId);
        return { runId, since };
      }
      return undefined;
    },
    putBack: ({ runId, since }) => void waiting.set(runId, since),
    get size() {
      return waiting.size;
    },
    get lagMs() {
      const now = uptime();
      // Those that were put back stand behind later ones.
      let longest = 0;
      for (const since of waiting.values()) longest = Math.max(longest, now - since);
      return longest;
    },
  };
}
