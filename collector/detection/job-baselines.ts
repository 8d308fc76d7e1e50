/** Baselines that are at hand, unpacked: those of jobs that run now. */
import type { BaselineReader, BaselineState } from "../stores/baseline-store.ts";
import type { Baseline } from "./model/baseline.ts";
import { unpackBaseline } from "./pack-baseline.ts";

export interface JobBaseline {
  /** 0: none is stored yet. */
  readonly revision: number;
  readonly state: BaselineState;
  /** Undefined: nothing was learned. */
  readonly baseline: Baseline | undefined;
}

export interface JobBaselines {
  /** As it is stored at this moment. */
  find(key: string): JobBaseline;
  /** It was stored just now. */
  keep(key: string, stored: JobBaseline): void;
}

const NONE: JobBaseline = { revision: 0, state: "learning", baseline: undefined };

export function createJobBaselines(
  store: Pick<BaselineReader, "findBaselineOf" | "findRevision">,
  maxBaselines: number,
): JobBaselines {
  const known = new Map<string, JobBaseline>();
  const keep = (key: string, found: JobBaseline): JobBaseline => {
    known.delete(key);
    for (const oldest of known.keys()) {
      if (known.size < maxBaselines) break;
      known.delete(oldest);
    }
    known.set(key, found);
    return found;
  };
  return {
    keep: (key, stored) => void keep(key, stored),
    find(key) {
      const revision = store.findRevision(key);
      if (revision === undefined) return NONE;
      const atHand = known.get(key);
      if (atHand?.revision === revision) return keep(key, atHand);
      const stored = store.findBaselineOf(key);
      if (stored === undefined) return NONE;
      return keep(key, {
        revision: stored.revision,
        state: stored.state,
        baseline: unpackBaseline(stored.document),
      });
    },
  };
}
