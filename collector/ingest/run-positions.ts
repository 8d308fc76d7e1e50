/** Where each run stands that sends at the moment: what its next batch begins with, and which MAC that batch's has to cover. */
import { createSecretKey, type KeyObject } from "node:crypto";

import type { EventStore, StoredRun } from "../stores/event-store.ts";

export interface RunPosition {
  readonly runId: string;
  readonly key: KeyObject;
  /** Of batches that were taken, also where they are not on disk yet. */
  nextSeq: number;
  lastMac: string;
  /** Of all batches that were taken. */
  bytes: number;
  /** Of `guard-stopped`, of the batches that were taken. */
  stoppedSeq: number | null;
  /** Its pod was ended from here: nothing more is taken of it. */
  isClosed: boolean;
  /** Since the guard said goodbye: kept when that is on disk. */
  end: Promise<void> | undefined;
  /** Batches on their way to disk, by their first seq. */
  readonly pending: Map<number, PendingBatch>;
}

export interface PendingBatch {
  readonly mac: string;
  readonly stored: Promise<void>;
}

export interface RunPositions {
  /** From memory, or as it is stored; undefined where the tenant has no such run. */
  find(tenant: string, runId: string): RunPosition | undefined;
  /** Undefined where it is not in memory. */
  findKnown(tenant: string, runId: string): RunPosition | undefined;
  /** What is known is not true any more: it will be read from disk. */
  forget(tenant: string, position: RunPosition): void;
}

export interface RunPositionsOptions {
  readonly store: Pick<EventStore, "findRun">;
  readonly deriveKey: (run: Pick<StoredRun, "id" | "keyGeneration">) => Buffer;
  /** Some 500 bytes each. The one that sent longest ago is forgotten first; it is read again when it sends. */
  readonly maxRuns: number;
}

export function createRunPositions({
  store,
  deriveKey,
  maxRuns,
}: RunPositionsOptions): RunPositions {
  const known = new Map<string, RunPosition>();
  const makeRoom = (): void => {
    for (const [name, position] of known) {
      if (known.size < maxRuns) return;
      // What is on its way to disk cannot be read from there.
      if (position.pending.size === 0) known.delete(name);
    }
  };
  return {
    find(tenant, runId) {
      const name = toName(tenant, runId);
      const position = known.get(name) ?? read(tenant, runId);
      if (position === undefined) return undefined;
      if (!known.delete(name)) makeRoom();
      known.set(name, position);
      return position;
    },
    findKnown: (tenant, runId) => known.get(toName(tenant, runId)),
    forget(tenant, position) {
      const name = toName(tenant, position.runId);
      // It may have been read again by then.
      if (known.get(name) === position) known.delete(name);
    },
  };

  function read(tenant: string, runId: string): RunPosition | undefined {
    const run = store.findRun(tenant, runId);
    if (run === undefined) return undefined;
    return {
      runId,
      key: createSecretKey(deriveKey(run)),
      nextSeq: run.acknowledged + 1,
      lastMac: run.lastMac,
      bytes: run.bytes,
      stoppedSeq: run.stoppedSeq,
      isClosed: run.isRevoked,
      end: run.state === "over" ? Promise.resolve() : undefined,
      pending: new Map(),
    };
  }
}

function toName(tenant: string, runId: string): string {
  return `${runId} ${tenant}`;
}
