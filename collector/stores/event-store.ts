/** What the collector keeps. Implementations: sqlite/. A promise that a write returns is kept when it resolves: it is on disk. */
import type {
  CiContext,
  ContentEncoding,
  EffectiveMode,
  EnforcementMode,
  GuardScope,
  RunIdentity,
} from "../../protocol/index.ts";
import type { BatchRollup, DeadLetters } from "./batch.ts";

/** `live`: events may come. `silent`: none came for a while, nor a goodbye. `over`: the guard said goodbye. */
export type RunState = "live" | "silent" | "over";

export interface NewRun {
  readonly id: string;
  readonly tenant: string;
  readonly guardRunId: string;
  /** SHA-256 of the guard's claim, hexadecimal. */
  readonly claimHash: string;
  readonly version: string;
  readonly scope: GuardScope;
  readonly requestedMode: EnforcementMode;
  readonly effectiveMode: EffectiveMode;
  /** Of a run with an identity: what was proven. Of any other: what the agent says. */
  readonly ci: CiContext | null;
  /** Null: nobody vouches for it but whoever has a tenant's token. */
  readonly identity?: RunIdentity | null;
  /** Of the proof that began it, where one may begin one run alone: SHA-256, hexadecimal. */
  readonly proofHash?: string | null;
  /** Which of the collector's keys its own is made from: the first one is 1. */
  readonly keyGeneration?: number;
  /** Milliseconds since 1970, by the collector's clock. */
  readonly startedAt: number;
}

/** A proof that may begin one run alone, and has begun the one with this claim. */
export interface UsedProof {
  /** SHA-256 both, hexadecimal. */
  readonly hash: string;
  readonly claimHash: string;
  /** Milliseconds since 1970, as is the other: until then it has to be known. */
  readonly until: number;
  readonly usedAt: number;
}

export interface StoredRun extends Required<NewRun> {
  readonly state: RunState;
  readonly acknowledged: number;
  readonly lastMac: string;
  /** When the last batch came. */
  readonly lastSeenAt: number;
  readonly endedAt: number | null;
  /** Null: it said none, or said it to a version that did not keep it. */
  readonly goodbye: Goodbye | null;
  readonly exitCode: number | null;
  readonly findings: number;
  readonly dropped: number;
  readonly deadLetters: number;
  /** Of `guard-stopped`; null where it is not stored. */
  readonly stoppedSeq: number | null;
  /** Of its batches, as they were sent, with the rows beside them. */
  readonly bytes: number;
  /** Its pod was deleted from here: nothing more is taken of it. */
  readonly isRevoked: boolean;
  /** Null: all of its batches are there. */
  readonly removal: StoredRemoval | null;
}

/** Of the batches that were too old. */
export interface StoredRemoval {
  /** The last one's last. */
  readonly seq: number;
  /** The last one's. */
  readonly mac: string;
  /** The collector's own. */
  readonly signature: string;
}

/** As it was sent: its MAC can be verified later. */
export interface Goodbye {
  readonly mac: string;
  readonly content: Uint8Array;
}

/** `lastSeq`: where the run has to be for that. */
export interface RunEnd {
  readonly goodbye: Goodbye;
  readonly runId: string;
  readonly lastSeq: number;
  readonly endedAt: number;
}

export interface FoundIdentity {
  readonly runId: string;
  readonly ci: CiContext | null;
  readonly identity: RunIdentity;
}

/** Runs that were last seen outside of these bounds are silent, and each of them has this finding. */
export interface Silence {
  readonly earliest: number;
  /** Later than now: a time of a clock that was put back since. */
  readonly latest: number;
  /** Milliseconds since 1970. */
  readonly foundAt: number;
  readonly finding: Pick<StoredFinding, "rule" | "severity" | "message">;
}

export interface RunOfTenant {
  readonly tenant: string;
  readonly runId: string;
}

/** Runs that are not over. */
export interface RunFigures {
  readonly live: number;
  readonly silent: number;
  /** Of those that are live, as are the others below. */
  readonly pastTtl: number;
  /** Lacks a sensor, or cannot block though it was asked to. */
  readonly degraded: number;
  /** When the one was heard of that was heard of longest ago. */
  readonly oldestSeenAt: number | null;
}

/** What is on its way to disk. */
export interface StoreLoad {
  readonly writes: number;
  readonly bytes: number;
}

export interface NewBatch {
  readonly runId: string;
  readonly firstSeq: number;
  readonly count: number;
  readonly mac: string;
  readonly encoding: ContentEncoding;
  /** As it was sent: its MAC can be verified later. */
  readonly content: Uint8Array;
  readonly receivedAt: number;
  readonly deadLetters: DeadLetters;
  readonly rollup: BatchRollup;
}

export interface StoredBatch extends Pick<
  NewBatch,
  "firstSeq" | "count" | "mac" | "encoding" | "receivedAt"
> {
  readonly content: Uint8Array;
}

export interface StoredFinding {
  readonly runId: string;
  readonly id: string;
  readonly rule: string;
  readonly severity: string;
  readonly message: string;
  readonly response: string;
  readonly count: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly madeBy: "guard" | "collector";
  /** Null: it stands. */
  readonly resolvedAt: string | null;
  /** Of MITRE ATT&CK; null: it names none. */
  readonly technique: string | null;
  /** As JSON; null: it stands in its event alone. */
  readonly evidence: string | null;
}

/** Where an item stands in its list. */
export type RunKey = Pick<StoredRun, "startedAt" | "id">;
export type FindingKey = Pick<StoredFinding, "firstSeen" | "runId" | "id">;

export interface Page<Key> {
  /** Of the last item of the page before; undefined: the first page. */
  readonly after: Key | undefined;
  readonly limit: number;
}

export interface AskedBatches {
  readonly afterSeq: number;
  /** Batches that surely have none of this kind are left out. */
  readonly kind: string | null;
}

export interface EventStore extends AsyncDisposable {
  readonly load: StoreLoad;
  /** With the proof that begins it: both are on disk, or neither. */
  startRun(run: NewRun, proof?: UsedProof): Promise<void>;
  /** For a run that is there already. */
  useProof(proof: UsedProof): Promise<void>;
  appendBatch(batch: NewBatch): Promise<void>;
  finishRun(end: RunEnd): Promise<void>;
  /** What was found out of it after it began. */
  identifyRun(found: FoundIdentity): Promise<void>;
  /** Of the runs that are live. */
  markSilent(silence: Silence): Promise<void>;
  /** Kept when something new is on disk. Throws `storage-failed`. */
  checkWritable(): Promise<void>;
  readRunFigures(startedBefore: number): RunFigures;
  /** Of those that were marked then, the first ones. */
  listSilences(foundAt: number, limit: number): readonly RunOfTenant[];
  /** When the last finding of the run was first seen that was there by then; undefined without any. */
  findLastFinding(runId: string, before: number): string | undefined;
  /** When the last run started that is stored; 0 without any. */
  findNewestStart(): number;
  /** Of the data as a whole, kept at the first call: what was kept. */
  keepFact(name: string, value: string): Promise<string>;
  /** What was kept; undefined: nothing. */
  findFact(name: string): string | undefined;
  /** Whichever tenant's it is. */
  findRunOfAny(runId: string): StoredRun | undefined;
  findProof(hash: string): Pick<UsedProof, "claimHash"> | undefined;
  /** The newest runs that are not over, whose identity is waited for, and that were heard of since: their ids, the oldest first. */
  listUnidentified(seenSince: number, limit: number): readonly string[];
  findRun(tenant: string, runId: string): StoredRun | undefined;
  findClaim(tenant: string, claimHash: string): StoredRun | undefined;
  /** Batches with an event after `afterSeq`, in order. */
  listBatches(runId: string, asked: AskedBatches): Iterable<StoredBatch>;
  findBatch(runId: string, firstSeq: number): StoredBatch | undefined;
}
