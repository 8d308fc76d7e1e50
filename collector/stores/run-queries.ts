/** What operators ask of runs and findings: lists by what they look for, newest first, and what became of a run. */
import type { CiContext } from "../../protocol/index.ts";
import type { GuardLevel } from "./batch.ts";
import type {
  FindingKey,
  Page,
  RunKey,
  RunState,
  StoredFinding,
  StoredRun,
} from "./event-store.ts";

/**
 * `running`, and `silent`: how it ends is not known. `killed-by-operator`, `killed-by-rule`: the guard ended the job for an operator's
 * command, or of itself; or its pod was deleted from here. `quarantined`: its pod was cut off from here. `succeeded`, `failed`: the command ended with 0, or otherwise. `ended`: of a pod or a machine, where no
 * one command's exit is the job's.
 */
export const RUN_OUTCOMES = [
  "running",
  "silent",
  "killed-by-operator",
  "killed-by-rule",
  "quarantined",
  "succeeded",
  "failed",
  "ended",
] as const;
export type RunOutcome = (typeof RUN_OUTCOMES)[number];

export interface ShownRun extends StoredRun {
  readonly outcome: RunOutcome;
  /** An operator had it blocked, and the guard obeyed. */
  readonly isBlockedSince: boolean;
  /** Findings of destinations that the job's baseline does not know. */
  readonly unusual: number;
  /** Null: its guard has not told, or to an earlier version. */
  readonly level: GuardLevel | null;
}

export const RUN_MODES = ["audit", "block", "block (names only)", "weaker"] as const;
/** What is in force; `weaker`: it is not what was asked for. */
export type RunMode = (typeof RUN_MODES)[number];

/** By what runs are put in order, the most first. */
export const RUN_RANKS = ["findings", "unusual", "events", "dropped"] as const;
export type RunRank = (typeof RUN_RANKS)[number];

/** Each member that is there has to be so. */
export interface RunFilter {
  readonly state?: RunState | undefined;
  readonly outcome?: RunOutcome | undefined;
  readonly repository?: string | undefined;
  readonly workflow?: string | undefined;
  readonly ref?: string | undefined;
  readonly mode?: RunMode | undefined;
  readonly findings?: "some" | "none" | undefined;
  /** In the repository, the workflow, the job, the ref or the actor, in whichever case. */
  readonly search?: string | undefined;
  /** Started then or later, and before; milliseconds since 1970. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

/**
 * `suppressed` while the day has not come that somebody has named; `acknowledged`: somebody has seen to it; `expected`: it is part of the
 * job's baseline since.
 */
export const FINDING_STATES = ["open", "acknowledged", "suppressed", "expected"] as const;
export type FindingState = (typeof FINDING_STATES)[number];

/** Who is answerable, as operators are told apart. */
export interface Answerable {
  readonly role: string;
  readonly token: string;
  readonly owner: string;
  readonly reason: string;
  readonly at: number;
}

export interface SaidOfFinding {
  /** As its guard names it. */
  readonly id: string;
  readonly acknowledged: Answerable | null;
  /** Also where its day has come. */
  readonly suppressed: (Answerable & { readonly until: number }) | null;
}

export interface ShownFinding extends StoredFinding, SaidOfFinding {
  readonly state: FindingState;
  readonly expected: Answerable | null;
  /** Of its run; null: it is not known. */
  readonly ci: CiContext | null;
}

export interface FindingFilter {
  readonly severity?: string | undefined;
  readonly rule?: string | undefined;
  readonly runId?: string | undefined;
  readonly state?: FindingState | undefined;
}

/** Of what was looked through: it is short where too much would have had to be. */
export interface Found<Item, Key> {
  readonly items: readonly Item[];
  /** Where the next page goes on; undefined: there is none. */
  readonly next: Key | undefined;
}

export interface FoundRuns extends Found<ShownRun, RunKey> {
  /** Runs of this page whose rows somebody else has changed: nothing of them can be shown. */
  readonly damaged: readonly string[];
}

/** Where a run stands in a list by rank. */
export interface RankedRunKey extends RunKey {
  readonly rank: number;
}

export interface RunQueries {
  /** Of the newest 10,000 that started within the filter's times. */
  rankRuns(
    tenant: string,
    filter: RunFilter & { readonly by: RunRank },
    page: Page<RankedRunKey>,
  ): Found<ShownRun, RankedRunKey> & Pick<FoundRuns, "damaged">;
  showRun(tenant: string, runId: string): ShownRun | undefined;
  findRuns(tenant: string, filter: RunFilter, page: Page<RunKey>): FoundRuns;
  showFinding(tenant: string, name: FindingName, now: number): ShownFinding | undefined;
  findFindings(
    tenant: string,
    filter: FindingFilter & { readonly now: number },
    page: Page<FindingKey>,
  ): Found<ShownFinding, FindingKey>;
}

/** A guard counts its findings from 1 in each run. */
export interface FindingName {
  readonly runId: string;
  readonly id: string;
}

export interface TriageStore {
  acknowledgeFinding(name: FindingName, by: Answerable): Promise<void>;
  /** This one, and all of the same rule with the same words in the same job, until then. */
  suppressFinding(name: FindingName, by: Answerable & { readonly until: number }): Promise<void>;
  /** Takes all that back; what a baseline has learned it keeps. */
  reopenFinding(name: FindingName): Promise<void>;
}
