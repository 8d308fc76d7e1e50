/** Token buckets, one a name: what is taken may exceed what is there, and then has to be waited for. */
export interface Rate {
  readonly perSecond: number;
  /** What may come at once after a while of nothing. */
  readonly burst: number;
}

export interface RateLimit {
  /** Seconds until this name may take again, 0: now. */
  waitSeconds(name: string): number;
  take(name: string, amount: number): void;
}

export interface RateLimitOptions {
  readonly rate: Rate;
  /** Some 100 bytes each. The one that was used longest ago is forgotten first. */
  readonly maxNames: number;
  /** Milliseconds of a clock that does not jump. */
  readonly uptime: () => number;
}

interface Bucket {
  level: number;
  at: number;
}

export function createRateLimit(options: RateLimitOptions): RateLimit {
  const { maxNames, uptime } = options;
  const { perSecond, burst } = options.rate;
  const buckets = new Map<string, Bucket>();
  const makeRoom = (): void => {
    for (const oldest of buckets.keys()) {
      if (buckets.size < maxNames) return;
      buckets.delete(oldest);
    }
  };
  const find = (name: string): Bucket => {
    const at = uptime();
    const bucket = buckets.get(name) ?? { level: burst, at };
    bucket.level = Math.min(burst, bucket.level + ((at - bucket.at) / 1_000) * perSecond);
    bucket.at = at;
    return bucket;
  };
  return {
    waitSeconds(name) {
      const { level } = find(name);
      return level >= 1 ? 0 : Math.ceil((1 - level) / perSecond);
    },
    take(name, amount) {
      const bucket = find(name);
      bucket.level -= amount;
      // Only where one is new: a map finds its oldest by going through the places of all that have left it.
      if (!buckets.delete(name)) makeRoom();
      buckets.set(name, bucket);
    },
  };
}
