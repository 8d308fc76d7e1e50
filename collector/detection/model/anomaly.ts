/** What a run did that its job does not do. */
import type { Feature } from "./feature.ts";
import type { Volume } from "./volumes.ts";

export type AnomalyRule = "new-destination" | "new-process" | "volume-outlier" | "duration-outlier";

/** Never `critical`: that something is unusual proves nothing. `info`: it would be an anomaly if this did not change all the time. */
export type AnomalySeverity = "info" | "low" | "medium" | "high";

/** How much of something there was: of the whole run, or of what was sent to (names asked for of) one domain. */
export interface UnusualVolume {
  readonly volume: Volume | "domainBytesSent" | "domainNames";
  readonly domain?: string | undefined;
  readonly value: number;
}

/** All that makes it expected from now on; within bounds, as all of it. */
export interface AnomalyCause {
  readonly features: readonly Feature[];
  readonly volumes: readonly UnusualVolume[];
  /** Of destinations that are blocks: those in them that were used. */
  readonly addresses?: readonly string[];
}

export interface AnomalyEvidence extends Record<string, unknown> {
  readonly expected: string;
  readonly seen: string;
  /** How many runs that was learned from. */
  readonly overRuns: number;
  readonly state: BaselineState;
  /** Why it is graver than by itself. */
  readonly because?: readonly string[];
  readonly program?: string;
  readonly domain?: string;
  readonly host?: string;
  readonly port?: number;
  readonly step?: string;
  readonly examples?: readonly string[];
  /** What `expect` takes. */
  readonly cause: AnomalyCause;
}

export interface Anomaly {
  /** The same in all judgements of a run: the rule's name, a dash, and a hash of what makes it the same. */
  readonly id: string;
  readonly rule: AnomalyRule;
  readonly severity: AnomalySeverity;
  /** The same from run to run: without counts, times and what rotates. */
  readonly message: string;
  readonly technique: string | null;
  readonly evidence: AnomalyEvidence;
}

/**
 * `learning`: of too few runs, and nothing is judged by it. `unstable`: it changes so often that something new says nothing.
 */
export type BaselineState = "learning" | "stable" | "unstable";
