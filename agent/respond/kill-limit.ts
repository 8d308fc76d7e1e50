export interface KillLimit {
  /** Counts one more where there is room. */
  take(): boolean;
}

const MINUTE_MS = 60_000;

/** A rule that is wrong about an honest program must not go on ending it for ever. */
export function createKillLimit(maxPerMinute: number, now: () => number): KillLimit {
  let times: number[] = [];
  return {
    take() {
      const since = now() - MINUTE_MS;
      times = times.filter((time) => time > since);
      if (times.length >= maxPerMinute) return false;
      times.push(now());
      return true;
    },
  };
}
