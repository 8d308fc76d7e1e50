/** One finding for the same thing, however often it is done; its count goes up. */
import type { Microseconds } from "../observation.ts";

/** A finding that was told, and how often it has been seen since. */
export interface LedgerEntry {
  readonly id: string;
  readonly firstSeen: Microseconds;
  lastSeen: Microseconds;
  count: number;
}

export interface LedgerBounds {
  /** Findings of one rule; what is beyond is counted in one that says so. */
  readonly maxOfRule: number;
}

export type Noted =
  /** It has to be told now. */
  | { readonly status: "new" | "overflow"; readonly entry: LedgerEntry }
  /** It will be told with its count. */
  | { readonly status: "known"; readonly entry: LedgerEntry };

export interface FindingLedger {
  note(seen: { rule: string; subject: string; at: Microseconds; times: number }): Noted;
  /** Those whose count went up since they were told last. */
  takeRisen(): LedgerEntry[];
}

export function createFindingLedger({ maxOfRule }: LedgerBounds): FindingLedger {
  const rules = new Map<string, Map<string, LedgerEntry>>();
  const risen = new Set<LedgerEntry>();
  return {
    note({ rule, subject, at, times }) {
      const entries = rules.get(rule) ?? new Map<string, LedgerEntry>();
      rules.set(rule, entries);
      const isFull = !entries.has(subject) && entries.size >= maxOfRule;
      const key = isFull ? "" : subject;
      const known = entries.get(key);
      if (known) {
        known.count += times;
        known.lastSeen = Math.max(known.lastSeen, at);
        risen.add(known);
        return { status: "known", entry: known };
      }
      const entry = {
        id: `${rule}-${entries.size + 1}`,
        firstSeen: at,
        lastSeen: at,
        count: times,
      };
      entries.set(key, entry);
      return { status: isFull ? "overflow" : "new", entry };
    },
    takeRisen() {
      const entries = [...risen];
      risen.clear();
      return entries;
    },
  };
}
