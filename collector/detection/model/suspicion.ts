/** An anomaly before it is known what else speaks for it. */
import type { AnomalyCause, AnomalyRule, AnomalySeverity } from "./anomaly.ts";
import type { Baseline } from "./baseline.ts";
import type { KnownHabits } from "./known-habits.ts";
import type { RunProfile } from "./run-profile.ts";

export interface Suspicion {
  readonly rule: AnomalyRule;
  /** With the rule what makes it the same. */
  readonly subject: readonly string[];
  /** By itself. */
  readonly severity: AnomalySeverity;
  readonly message: string;
  readonly technique: string | null;
  readonly expected: string;
  readonly seen: string;
  /** Undefined: of no single one. */
  readonly program?: string | undefined;
  readonly domain?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly step?: string | undefined;
  readonly examples?: readonly string[] | undefined;
  /** What is suspicious about the very program that did it. */
  readonly because: readonly string[];
  readonly cause: AnomalyCause;
}

export interface Compared {
  readonly profile: RunProfile;
  readonly baseline: Baseline;
  readonly known: KnownHabits;
}

/** Of one rule and of a run. What is beyond is told together: forty things that are new are one change. */
export const MAX_SUSPICIONS = 10;
/** Of a cause, which stands in the evidence of a finding: some 400 characters each. */
export const MAX_FEATURES = 32;
const MAX_LISTED = 5;

export function nameProgram(program: string): string {
  return program === "" ? "a program that is not known" : program;
}

export function nameStarter(program: string): string {
  return program === "" ? "the job itself" : program;
}

/** The same for the same things, in whichever order they came. */
export function listSome(items: Iterable<string>, none: string): string {
  const sorted = [...new Set(items)].toSorted();
  if (sorted.length === 0) return none;
  const more = sorted.length - MAX_LISTED;
  return `${sorted.slice(0, MAX_LISTED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
