/** All that is read for streams, one after the other: however many are open, everybody else's requests come in between. */
export interface Turns {
  /** Not at once. */
  take(act: () => void): void;
}

export interface TurnsOptions {
  /** What takes little has its turns together, for so long. */
  readonly togetherMs: number;
  /** A clock that does not jump. */
  readonly uptime: () => number;
}

export function createTurns({ togetherMs, uptime }: TurnsOptions): Turns {
  const waiting = new Set<() => void>();
  let isPlanned = false;
  const plan = (): void => {
    if (isPlanned || waiting.size === 0) return;
    isPlanned = true;
    setImmediate(go);
  };
  const go = (): void => {
    isPlanned = false;
    const until = uptime() + togetherMs;
    for (const act of waiting) {
      waiting.delete(act);
      act();
      if (uptime() >= until) break;
    }
    plan();
  };
  return {
    take(act) {
      waiting.add(act);
      plan();
    },
  };
}
