/** What is too old, a piece at a time, and its removal. A promise that a write returns is kept when it resolves: it is on disk. */
import type { StoredRun } from "./event-store.ts";

export interface AgingRun extends Pick<
  StoredRun,
  "id" | "tenant" | "startedAt" | "lastSeenAt" | "keyGeneration"
> {
  /** Whether it has findings that nobody has acknowledged or suppressed: its evidence stays. */
  readonly hasOpenFindings: boolean;
}

export interface AgingBatch {
  readonly firstSeq: number;
  readonly count: number;
  readonly mac: string;
  readonly receivedAt: number;
  /** Of its content. */
  readonly bytes: number;
}

/** `before`: milliseconds since 1970. */
export interface AgingPage {
  readonly before: number;
  readonly after: Pick<StoredRun, "startedAt" | "id"> | undefined;
  readonly now: number;
  readonly limit: number;
}

/** All batches of a run up to `seq`, and what stands beside them. */
export interface BatchRemoval {
  readonly runId: string;
  readonly seq: number;
  /** Of the last one of them: the next one's covers it. */
  readonly mac: string;
  /** The collector's own, over the run, `seq` and `mac`: nobody else can say that they were too old. */
  readonly signature: string;
}

export interface UseRemoval {
  readonly job: number;
  /** Days in UTC before this one, `2026-01-31`. */
  readonly before: string;
}

/** A baseline that no run of its job has used since. */
export interface AgingBaseline {
  readonly id: number;
  readonly tenant: string;
  /** Milliseconds since 1970. */
  readonly usedAt: number;
}

export interface AgingBaselinePage {
  readonly before: number;
  readonly after: Pick<AgingBaseline, "usedAt" | "id"> | undefined;
  readonly limit: number;
}

export interface OldAudit {
  readonly upTo: number;
  readonly entries: number;
}

export interface AgingReader {
  /** Those that started before and have batches, the oldest first. */
  listRunsWithBatches(page: AgingPage): readonly AgingRun[];
  /** Those that started before, the oldest first. */
  listRunsOfAge(page: AgingPage): readonly AgingRun[];
  /** The first ones behind `afterSeq`, in order. */
  listAgingBatches(runId: string, afterSeq: number, limit: number): readonly AgingBatch[];
  /** Jobs behind that number, with the tenant that each is of. */
  listJobs(afterJob: number, limit: number): readonly { id: number; tenant: string }[];
  /** Of each kind no more than `limit`: who counts holds up all others. */
  countOldUses(removal: UseRemoval, limit: number): number;
  listAuditTenants(): readonly string[];
  /** Of the first `limit` entries behind that number: those that were made before; undefined: none. */
  findOldAudit(tenant: string, range: AuditRange): OldAudit | undefined;
  /** Those that were used before, the oldest first. */
  listAgingBaselines(page: AgingBaselinePage): readonly AgingBaseline[];
  /** Space in the file that nothing uses, in pages. */
  countFreePages(): number;
  hasRun(runId: string): boolean;
}

export interface Remover {
  removeBatches(removal: BatchRemoval): Promise<void>;
  /** A piece of it at each call, and the run itself at the last one. */
  removeRun(runId: string): Promise<void>;
  /** Some at each call. */
  removeUses(removal: UseRemoval): Promise<void>;
  removeAudit(tenant: string, upTo: number): Promise<void>;
  /** Where it was not used since. */
  removeBaseline(baseline: Pick<AgingBaseline, "id" | "usedAt">): Promise<void>;
  /** Gives so much of the file's space back to the disk. */
  giveBack(pages: number): Promise<void>;
}

export interface AuditRange {
  readonly after: number;
  readonly before: number;
  readonly limit: number;
}

export type RetentionStore = AgingReader & Remover;
