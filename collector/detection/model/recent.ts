/** A map that forgets what was used longest ago, in two halves: to find the oldest in one map is to go through all that left it. */
export interface Recent<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  /** Those of both halves. */
  readonly size: number;
}

export function createRecent<Value>(max: number): Recent<Value> {
  const maxOfHalf = Math.max(1, Math.floor(max / 2));
  let recent = new Map<string, Value>();
  let earlier = new Map<string, Value>();
  const set = (key: string, value: Value): void => {
    if (recent.size >= maxOfHalf && !recent.has(key)) {
      earlier = recent;
      recent = new Map();
    }
    recent.set(key, value);
  };
  return {
    set,
    get size() {
      return recent.size + earlier.size;
    },
    get(key) {
      const value = recent.get(key);
      if (value !== undefined) return value;
      const old = earlier.get(key);
      if (old !== undefined) set(key, old);
      return old;
    },
  };
}
