/** What runs of one job did so far: a plain document within bounds, of which a new one is made by each run. */
import type { Feature } from "./feature.ts";
import type { StepVolume, Volume } from "./volumes.ts";

/** When something was seen, in runs that were learned from: the first is 1. */
export interface Habit<Of extends Feature = Feature> {
  readonly feature: Of;
  /** In how many. */
  readonly seen: number;
  readonly last: number;
  /** Somebody has said that it is what the job does: as good as a habit, in however few runs it was seen. */
  readonly isExpected?: true;
  /** Of a name alone: how it was in full, while it was always the same; null: it rotates. */
  readonly literal?: string | null;
  /** Of a destination that is a block alone: the addresses in it that were used; null: more of them than are told apart. */
  readonly addresses?: readonly string[] | null;
}

/** In steps (quantised.ts). What was seen at most, rising slowly unless somebody was told. */
export interface DomainPeaks {
  readonly bytesSent: number;
  readonly names: number;
}

/** In steps, the oldest first. */
export type History = readonly number[];

export interface Baseline {
  /** How many it was learned from. */
  readonly runs: number;
  /** Milliseconds since 1970. */
  readonly updatedAt: number;
  /** How many of the last ones brought no destination or program that was new. */
  readonly quietRuns: number;
  /** By the keys of features. */
  readonly habits: ReadonlyMap<string, Habit>;
  readonly domains: ReadonlyMap<string, DomainPeaks>;
  readonly volumes: Readonly<Record<Volume, History>>;
  readonly steps: ReadonlyMap<string, Readonly<Record<StepVolume, History>>>;
  /** By source (unstable.ts): the last 32 runs as bits, the latest lowest, 1 where it did something new. */
  readonly news: ReadonlyMap<string, number>;
}

/** Whatever runs did, a baseline is no larger. What was not seen for the longest time goes first. */
export const BASELINE_BOUNDS = {
  /** Of each kind. */
  habits: 2_000,
  domains: 1_000,
  steps: 16,
  sources: 256,
  /** Enough for quantiles, and few enough to follow a job that grows. */
  history: 64,
  /** Of one program in one block: more are a service that is moved about, and a policy would never have them all. */
  addresses: 8,
} as const;

export function createBaseline(): Baseline {
  return {
    runs: 0,
    updatedAt: 0,
    quietRuns: 0,
    habits: new Map(),
    domains: new Map(),
    volumes: {
      processes: [],
      connections: [],
      bytesSent: [],
      bytesReceived: [],
      files: [],
      findings: [],
      durationMs: [],
    },
    steps: new Map(),
    news: new Map(),
  };
}
