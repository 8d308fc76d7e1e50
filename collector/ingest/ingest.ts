/** Takes runs and their batches: whose they are, whether they follow on, what they say. What it acknowledges is on disk. */
import { createHash, randomUUID } from "node:crypto";

import {
  BATCH_LIMITS,
  type BatchHead,
  type ContentEncoding,
  type StartRunRequest,
  type StartRunResponse,
} from "../../protocol/index.ts";
import { RequestProblem } from "../errors.ts";
import { countRows, toStoredBytes } from "../stores/batch-weight.ts";
import type { BatchRollup, TakenBatch } from "../stores/batch.ts";
import type {
  EventStore,
  NewRun,
  RunOfTenant,
  StoreLoad,
  UsedProof,
} from "../stores/event-store.ts";
import { isSameMac, signBatch } from "./batch-signature.ts";
import { findFirstTime } from "./first-time.ts";
import { createIngestGate, type IngestLimits } from "./ingest-limits.ts";
import { rollUp } from "./roll-up.ts";
import { createRunPositions, type RunPosition } from "./run-positions.ts";
import { createKnownPrograms } from "./run-programs.ts";
import { createScanBatch } from "./scan-batch.ts";
import { type CheckQuota } from "./stored-quota.ts";
import { createUnpack } from "./unpack.ts";
import { deriveFingerprintKey, deriveRunKey, type MasterKeys } from "./upload-key.ts";

export interface SentBatch {
  readonly tenant: string;
  readonly runId: string;
  readonly firstSeq: number;
  readonly count: number;
  readonly mac: string;
  readonly encoding: ContentEncoding;
  readonly content: Buffer;
}

export interface SentGoodbye extends Pick<SentBatch, "tenant" | "runId" | "mac" | "content"> {
  readonly lastSeq: number;
}

/** As the agent asks for it, with what was proven of it. */
export interface NewStart extends StartRunRequest, Pick<NewRun, "identity"> {
  /** Of a proof that may begin this run alone. */
  readonly proof?: UsedProof | undefined;
}

export interface Ingest {
  /** Before a batch is read. Throws `not-found`, `too-fast` and `too-large`. */
  admit(tenant: string, runId: string): void;
  /** Before it is read which run is to start. Throws `too-fast`. */
  admitStart(tenant: string): void;
  /** The same claim gets the same run. */
  startRun(tenant: string, request: NewStart): Promise<StartRunResponse>;
  /** The last seq that is on disk. Throws `RequestProblem`. */
  acceptBatch(batch: SentBatch): Promise<number>;
  /** From now on nothing is taken of this run; what was taken before is stored. */
  closeRun(run: RunOfTenant): void;
  /** The guard has said goodbye; nothing comes after `lastSeq`. Throws `RequestProblem`. */
  finishRun(goodbye: SentGoodbye): Promise<void>;
}

export interface IngestOptions {
  readonly store: EventStore;
  /** Nobody but this collector has them. */
  readonly masterKeys: MasterKeys;
  readonly maxRunsInMemory: number;
  /** What may wait for the disk; whoever comes beyond it is told to come again. */
  readonly maxLoad: StoreLoad;
  readonly limits: IngestLimits;
  readonly checkQuota: CheckQuota;
  readonly onBatch: (batch: TakenBatch) => void;
  /** On disk: a run that is new, and one that has said goodbye. */
  readonly onStart: (run: NewRun) => void;
  readonly onGoodbye: (run: RunOfTenant) => void;
  /** Milliseconds of a clock that does not jump. */
  readonly uptime: () => number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** 10 MB at most; a build has some hundred processes at once. */
const KNOWN_PROGRAMS = { maxProcesses: 100_000, maxProcessesOfRun: 1_000, maxRuns: 20_000 };

export function createIngest(options: IngestOptions): Ingest {
  const { store, masterKeys, maxRunsInMemory, maxLoad, now } = options;
  const positions = createRunPositions({
    store,
    deriveKey: (run) => deriveRunKey(masterKeys, run),
    maxRuns: maxRunsInMemory,
  });
  const gate = createIngestGate(options.limits, options.uptime);
  const programs = createKnownPrograms(KNOWN_PROGRAMS);
  const scanBatch = createScanBatch();
  const unpack = createUnpack();
  const starting = new Map<string, Promise<void>>();
  const findPosition = (tenant: string, runId: string): RunPosition => {
    const position = positions.find(tenant, runId);
    if (position === undefined) throw new RequestProblem("not-found", "there is no such run");
    return position;
  };
  /** Before anything of a run has moved on: a batch that is turned away leaves no gap. */
  const checkLoad = (): void => {
    const { writes, bytes } = store.load;
    if (writes < maxLoad.writes && bytes < maxLoad.bytes) return;
    throw new RequestProblem("too-fast", "the disk does not keep up; try again", {
      retryAfterSeconds: 1,
    });
  };
  /** Reads it, and has it stored; until that is done the next batch may come. */
  const take = (position: RunPosition, batch: SentBatch): Promise<void> => {
    const { tenant, runId, firstSeq, count, mac, encoding, content } = batch;
    const text = unpack(content, encoding, BATCH_LIMITS.maxBytes);
    gate.charge(tenant, runId, { bytes: text.length });
    const { maxEventBytes } = BATCH_LIMITS;
    const { events, deadLetters } = scanBatch(text, { firstSeq, count, maxEventBytes });
    const rollup = rollUp(events, { today: toDay(now()), programs: programs.of(runId) });
    const weighed = { content, deadLetters, rollup };
    // A line that is no event costs as much to turn away as a row to store, and packs to nothing.
    gate.charge(tenant, runId, { rows: countRows(weighed) + deadLetters.count });
    // What it was read from is not to be kept until the disk has it.
    const figures = {
      runId,
      events: count,
      packedBytes: content.length,
      unpackedBytes: text.length,
      deadLetters: deadLetters.count,
      rollup: { ...rollup, ...listDenied(rollup) },
      firstObservedAt: findFirstTime(text),
    };
    const readAt = options.uptime();
    position.nextSeq = firstSeq + count;
    position.lastMac = mac;
    position.bytes += toStoredBytes(weighed);
    position.stoppedSeq = rollup.stopped?.seq ?? position.stoppedSeq;
    const stored = store
      .appendBatch({
        runId,
        firstSeq,
        count,
        mac,
        encoding,
        receivedAt: now(),
        ...weighed,
      })
      .then(() => options.onBatch({ ...figures, seconds: (options.uptime() - readAt) / 1_000 }))
      .catch((error: unknown) => {
        // What came behind it fails too, since it does not follow on.
        positions.forget(tenant, position);
        throw error;
      })
      .finally(() => position.pending.delete(firstSeq));
    position.pending.set(firstSeq, { mac, stored });
    return stored;
  };

  const end = async (
    { runId, pending }: RunPosition,
    { lastSeq, mac, content }: SentGoodbye,
  ): Promise<void> => {
    await Promise.all([...pending.values()].map(({ stored }) => stored));
    await store.finishRun({ runId, lastSeq, endedAt: now(), goodbye: { mac, content } });
  };

  return {
    admitStart: (tenant) => gate.admitStart(tenant),
    async startRun(tenant, { claim, mode, guardRunId, version, scope, ci, proof, ...proven }) {
      const { identity = null } = proven;
      const claimHash = createHash("sha256").update(claim).digest("hex");
      const name = `${claimHash} ${tenant}`;
      // Asked for again before it is on disk, it is still one run.
      const begun = starting.get(name);
      if (begun !== undefined) await begun;
      const known = store.findClaim(tenant, claimHash);
      const runId = known?.id ?? randomUUID();
      const keyGeneration = known?.keyGeneration ?? masterKeys.length;
      if (known === undefined) {
        options.checkQuota(tenant);
        gate.startRun(tenant);
        checkLoad();
        const { requested: requestedMode, effective: effectiveMode } = mode;
        const proofHash = proof?.hash ?? null;
        const shown = { guardRunId, version, scope, requestedMode, effectiveMode, ci };
        const run = { ...shown, identity, proofHash, keyGeneration };
        const newRun = { ...run, id: runId, tenant, claimHash, startedAt: now() };
        const started = store
          .startRun(newRun, proof)
          .then(() => options.onStart(newRun))
          .finally(() => starting.delete(name));
        starting.set(name, started);
        await started;
      }
      return {
        runId,
        uploadKey: deriveRunKey(masterKeys, { id: runId, keyGeneration }).toString("hex"),
        acknowledged: known?.acknowledged ?? 0,
        lastMac: known?.lastMac ?? "",
        fingerprintKey: deriveFingerprintKey(masterKeys, {
          tenant,
          identity,
          keyGeneration,
        }).toString("hex"),
      };
    },
    admit(tenant, runId) {
      gate.admit(tenant, findPosition(tenant, runId));
      options.checkQuota(tenant);
    },
    async acceptBatch(batch) {
      const { tenant, runId, firstSeq, count, mac, encoding, content } = batch;
      const position = findPosition(tenant, runId);
      if (firstSeq < position.nextSeq) return acknowledgeAgain(store, position, batch);
      if (firstSeq > position.nextSeq) throw toGap(position);
      if (position.end !== undefined || position.isClosed) throw toOver();
      checkLoad();
      checkMac(position, mac, { firstSeq, count, encoding }, content);
      await take(position, batch);
      return firstSeq + count - 1;
    },
    closeRun({ tenant, runId }) {
      // What is not in memory is read from disk, where it stands by then.
      const position = positions.findKnown(tenant, runId);
      if (position !== undefined) position.isClosed = true;
    },
    async finishRun(goodbye) {
      const { tenant, runId, lastSeq, mac, content } = goodbye;
      const position = findPosition(tenant, runId);
      if (position.nextSeq !== lastSeq + 1) throw toGap(position);
      checkMac(position, mac, { firstSeq: lastSeq + 1, count: 0, encoding: "identity" }, content);
      if (position.isClosed) throw toOver();
      if (position.end === undefined) {
        if (position.stoppedSeq !== lastSeq) {
          throw new RequestProblem("bad-request", "lastSeq: is no guard-stopped that was stored");
        }
        checkLoad();
        position.end = end(position, goodbye).catch((error: unknown) => {
          positions.forget(tenant, position);
          throw error;
        });
        void position.end.then(
          () => options.onGoodbye({ tenant, runId }),
          () => undefined,
        );
      }
      // Said again, it is the same goodbye.
      await position.end;
    },
  };
}

function checkMac(
  { runId, key, lastMac }: RunPosition,
  mac: string,
  head: Pick<BatchHead, "firstSeq" | "count" | "encoding">,
  content: Buffer,
): void {
  const expected = signBatch(key, { ...head, runId, previousMac: lastMac }, content);
  if (isSameMac(mac, expected)) return;
  throw new RequestProblem("forbidden", "the MAC is not that of this content at this place");
}

/** It is there, or on its way: the same batch, that is. Another one with its number is no repeat. */
async function acknowledgeAgain(
  store: Pick<EventStore, "findBatch">,
  position: RunPosition,
  { runId, firstSeq, count, mac }: SentBatch,
): Promise<number> {
  const pending = position.pending.get(firstSeq);
  const known = pending ?? store.findBatch(runId, firstSeq);
  if (known === undefined) throw toGap(position);
  if (!isSameMac(mac, known.mac)) {
    throw new RequestProblem("forbidden", "another batch was taken with this number");
  }
  await pending?.stored;
  return firstSeq + count - 1;
}

/** Figures tell no more of uses than which were denied: most are not. */
function listDenied({ destinations, names }: BatchRollup): Partial<BatchRollup> {
  return {
    destinations: destinations.filter(({ verdict }) => verdict !== "allowed"),
    names: names.filter(({ verdict }) => verdict !== "allowed"),
    programs: [],
  };
}

function toOver(): RequestProblem {
  return new RequestProblem("run-over", "the run is over");
}

function toGap({ nextSeq }: RunPosition): RequestProblem {
  return new RequestProblem("gap", `the next batch has to begin with seq ${nextSeq}`, {
    expectedSeq: nextSeq,
  });
}

function toDay(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, "2026-01-31".length);
}
