import { RequestProblem } from "../errors.ts";

export interface Turns {
  /** Runs it when all that came before it for this key has ended. Throws `too-fast` where too many wait. */
  take<Result>(key: string, act: () => Promise<Result>): Promise<Result>;
}

interface Line {
  length: number;
  last: Promise<unknown>;
}

export function createTurns(maxWaiting: number): Turns {
  const lines = new Map<string, Line>();
  return {
    async take(key, act) {
      const line = lines.get(key) ?? { length: 0, last: Promise.resolve() };
      if (line.length >= maxWaiting) {
        throw new RequestProblem("too-fast", "too much is asked of this run at once");
      }
      line.length += 1;
      lines.set(key, line);
      const result = line.last.then(act);
      // The next one's turn comes whatever became of this one.
      line.last = result.catch(() => undefined);
      try {
        return await result;
      } finally {
        line.length -= 1;
        if (line.length === 0) lines.delete(key);
      }
    },
  };
}
