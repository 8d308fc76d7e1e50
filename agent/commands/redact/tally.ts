import type { Found } from "../../redact/found.ts";

/** How many secrets were found, and how often each rule and each encoding was met. */
export interface Tally {
  readonly add: (found: Found) => void;
  readonly total: number;
  readonly byRule: ReadonlyMap<string, number>;
  readonly byEncoding: ReadonlyMap<string, number>;
}

export function createTally(): Tally {
  const byRule = new Map<string, number>();
  const byEncoding = new Map<string, number>();
  let total = 0;
  return {
    add({ rule, encodings }) {
      total++;
      count(byRule, rule);
      for (const encoding of new Set(encodings)) count(byEncoding, encoding);
    },
    byRule,
    byEncoding,
    get total() {
      return total;
    },
  };
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
