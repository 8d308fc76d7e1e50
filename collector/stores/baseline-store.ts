/** What is normal for jobs, as their runs have taught it. A promise that a write returns is kept when it resolves: it is on disk. */
import type { CiContext, RunIdentity } from "../../protocol/index.ts";
import type { BaselineChangeReader, ChangeNote } from "./baseline-changes.ts";
import type { Page, RunState, StoredBatch } from "./event-store.ts";
import type { Answerable, FindingName, Found } from "./run-queries.ts";

export const BASELINE_STATES = ["learning", "stable", "unstable"] as const;
export type BaselineState = (typeof BASELINE_STATES)[number];

/**
 * What became of a run as a lesson. `finding`: it has open findings that are too grave, or that it would have been ended for, and may teach when
 * they are settled. All others but `learned` are for good: it is of no job, of a ref or an event that nothing is learned from, what it says of
 * itself is not what was proven, somebody wanted it ended or cut off, not all of it is known, or it was there before anything was learned.
 */
export const RUN_LESSONS = [
  "learned",
  "finding",
  "no-job",
  "ref",
  "event",
  "identity",
  "contained",
  "incomplete",
  "too-large",
  "before",
] as const;
export type RunLesson = (typeof RUN_LESSONS)[number];

/** Of which job a baseline is. */
export interface BaselineName {
  readonly tenant: string;
  /** Of all tenants. */
  readonly key: string;
  readonly repository: string | null;
  readonly workflow: string | null;
  readonly job: string | null;
}

export interface BaselineContent {
  readonly state: BaselineState;
  /** That have taught it. */
  readonly runs: number;
  /** Packed. */
  readonly document: Uint8Array;
}

export interface StoredBaseline extends BaselineName, BaselineContent {
  /** Of all tenants. */
  readonly id: number;
  /** Another one after each change. */
  readonly revision: number;
  /** Milliseconds since 1970. */
  readonly changedAt: number;
  /** When a run of the job ended last, about. */
  readonly usedAt: number;
}

export type ListedBaseline = Omit<StoredBaseline, "document">;

/** Nothing where the baseline has another revision by then: whoever asked looks, and makes it anew. */
export interface BaselineChange {
  readonly name: BaselineName;
  readonly content: BaselineContent;
  /** That it was made from; 0: there was none. */
  readonly revision: number;
  readonly at: number;
  /** Kept in the same transaction. Without one: nothing that people look for is another than before. */
  readonly note?: ChangeNote | undefined;
}

/** Once for each run: nothing where it is settled already, or where its change is too late. */
export interface TaughtRun {
  readonly runId: string;
  readonly lesson: RunLesson;
  /** Of the job, where it is known: it is used still. */
  readonly key: string | null;
  readonly change: BaselineChange | null;
  readonly at: number;
}

/** With the change that makes it so, both or neither. */
export interface ExpectedFinding {
  readonly name: FindingName;
  readonly by: Answerable;
  readonly change: BaselineChange;
}

export interface BaselineFilter {
  readonly repository?: string | undefined;
  readonly state?: BaselineState | undefined;
}

export interface BaselineKey {
  readonly id: number;
}

/** What names a job, as operators do. */
export interface AskedJob {
  readonly repository: string;
  readonly workflow?: string | undefined;
  readonly job?: string | undefined;
}

export interface BaselineReader {
  findBaseline(tenant: string, id: number): StoredBaseline | undefined;
  /** Whichever tenant's it is. */
  findBaselineOfAny(id: number): StoredBaseline | undefined;
  findBaselineOf(key: string): StoredBaseline | undefined;
  /** Undefined: there is none. */
  findRevision(key: string): number | undefined;
  /** Of all tenants where it is undefined. The order is that of their ids. */
  listBaselines(
    tenant: string | undefined,
    filter: BaselineFilter,
    page: Page<BaselineKey>,
  ): Found<ListedBaseline, BaselineKey>;
  /** Of a repository those of such workflows and jobs, as long as there are not too many. */
  findBaselinesOf(tenant: string, asked: AskedJob, limit: number): readonly ListedBaseline[];
  countBaselines(): Readonly<Record<BaselineState, number>>;
}

export interface BaselineWriter {
  putBaseline(change: BaselineChange): Promise<void>;
  teachRun(taught: TaughtRun): Promise<void>;
  expectFinding(expected: ExpectedFinding): Promise<void>;
}

export type BaselineStore = BaselineReader & BaselineChangeReader & BaselineWriter;

/** A run as far as it matters for what it may teach. */
export interface PupilRun {
  readonly id: string;
  readonly tenant: string;
  readonly ci: CiContext | null;
  readonly identity: RunIdentity | null;
  readonly state: RunState;
  /** Null: it is not settled. */
  readonly lesson: RunLesson | null;
  readonly acknowledged: number;
  readonly lastSeenAt: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** Events that its guard let go, and lines that are none. */
  readonly lost: number;
  readonly isDegraded: boolean;
  /** Batches that were too old are gone. */
  readonly isCut: boolean;
  /** Its guard, a response or an operator was to end it or to cut it off: also where that was in vain, or came too late. */
  readonly isContained: boolean;
}

/** What is read of runs to learn from them: by a thread of its own. */
export interface PupilReader {
  findPupil(runId: string): PupilRun | undefined;
  /** That are over, or silent and were last seen before: those that started longest ago. */
  listEnded(seenBefore: number, limit: number): readonly string[];
  /** Those behind `afterSeq` that may have an event of these kinds. */
  listLessons(
    runId: string,
    asked: { readonly afterSeq: number; readonly kinds: readonly string[]; readonly limit: number },
  ): readonly StoredBatch[];
  /** What was found in it is not answered yet: whether it is to be contained is not known. */
  isUnanswered(runId: string): boolean;
  /** One of these severities, or that a response was for, which is neither over by itself nor expected; of a guard's, nor suppressed. */
  hasOpenFinding(runId: string, severities: readonly string[], now: number): boolean;
  /** Neither over by itself, nor suppressed, nor expected. */
  isFindingOpen(finding: FindingName, now: number): boolean;
  /** As it was told last. Undefined: the run has no such finding. */
  findTold(
    finding: FindingName,
  ): { readonly severity: string; readonly message: string } | undefined;
}
