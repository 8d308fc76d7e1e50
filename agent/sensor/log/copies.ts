/**
 * The runner writes each line four times: to the step's page and block, and to those of the whole job, which may come first.
 * A secret that was told of one of them is not told again of the others. What is printed twice is in each of them twice.
 */
import type { FoundInText } from "./searched-text.ts";

export interface Copies {
  /** Whether what was found in this log is more than all other logs have told. */
  isNew(log: string, found: Pick<FoundInText, "rule" | "fingerprint">): boolean;
}

export interface CopiesBounds {
  readonly maxSecrets: number;
  /** In which one of them is found. */
  readonly maxLogs: number;
}

interface Told {
  times: number;
  readonly timesIn: Map<string, number>;
}

/** Of what finds no room everything is told. */
export function createCopies({ maxSecrets, maxLogs }: CopiesBounds): Copies {
  const told = new Map<string, Told>();
  return {
    isNew(log, { rule, fingerprint }) {
      const key = `${rule}\0${fingerprint}`;
      const before = told.get(key);
      if (before === undefined && told.size >= maxSecrets) return true;
      const secret = before ?? { times: 0, timesIn: new Map<string, number>() };
      told.set(key, secret);
      if (!secret.timesIn.has(log) && secret.timesIn.size >= maxLogs) return true;
      const times = (secret.timesIn.get(log) ?? 0) + 1;
      secret.timesIn.set(log, times);
      if (times <= secret.times) return false;
      secret.times = times;
      return true;
    },
  };
}
