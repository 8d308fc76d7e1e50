/** Reads what was committed. What a row holds was checked when it was written; it is checked again, as files are. Throws `DamagedRow`. */
import type { DatabaseSync } from "node:sqlite";

import { z } from "zod";

import { CONTENT_ENCODINGS } from "../../../protocol/index.ts";
import type {
  EventStore,
  StoredBatch,
  StoredFinding,
  StoredRun,
} from "../../stores/event-store.ts";
import { toKindMask } from "./kind-bits.ts";
import { readRow } from "./read-row.ts";
import { reading } from "./reading.ts";
import { toRun } from "./run-row.ts";

type Reader = Pick<
  EventStore,
  | "findRun"
  | "findNewestStart"
  | "findClaim"
  | "listBatches"
  | "findBatch"
  | "findFact"
  | "findRunOfAny"
  | "findProof"
  | "listUnidentified"
>;

const batchRowSchema = z.object({
  first_seq: z.int(),
  count: z.int(),
  mac: z.string(),
  encoding: z.enum(CONTENT_ENCODINGS),
  received_at: z.int(),
  content: z.instanceof(Uint8Array),
});

const findingRowSchema = z.object({
  run: z.string(),
  id: z.string(),
  rule: z.string(),
  severity: z.string(),
  message: z.string(),
  response: z.string(),
  count: z.int(),
  first_seen: z.string(),
  last_seen: z.string(),
  made_by: z.enum(["guard", "collector"]),
  resolved_at: z.string().nullable(),
  technique: z.string().nullable(),
  evidence: z.string().nullable(),
});

export function createReader(database: DatabaseSync): Reader {
  const oneRun = database.prepare("SELECT * FROM runs WHERE tenant = ? AND id = ?");
  const oneRunOfAny = database.prepare("SELECT * FROM runs WHERE id = ?");
  const oneProof = database.prepare("SELECT claim_hash FROM used_proofs WHERE hash = ?");
  const unidentified = database.prepare(`
    SELECT id FROM (
      SELECT id, started_at FROM runs
      WHERE identity_state = 'waiting' AND state <> 'over' AND last_seen_at > ? ORDER BY started_at DESC LIMIT ?
    ) ORDER BY started_at`);
  const oneClaim = database.prepare("SELECT * FROM runs WHERE tenant = ? AND claim_hash = ?");
  const batches = database.prepare(
    "SELECT * FROM batches WHERE run = ?1 AND first_seq >= ?2 AND first_seq + count > ?3 AND (kinds & ?4) <> 0 ORDER BY first_seq",
  );
  // The one that holds what comes next: a run's batches have no gaps.
  const firstBatch = database.prepare(
    "SELECT first_seq FROM batches WHERE run = ? AND first_seq <= ? ORDER BY first_seq DESC LIMIT 1",
  );
  const newestStart = database.prepare("SELECT max(started_at) AS newest FROM runs");
  const oneFact = database.prepare("SELECT value FROM facts WHERE name = ?");
  const oneBatch = database.prepare("SELECT * FROM batches WHERE run = ? AND first_seq = ?");
  return {
    findFact(name) {
      const row = reading(() => oneFact.get(name));
      return row === undefined ? undefined : String(row["value"]);
    },
    findNewestStart: () => Number(reading(() => newestStart.get())?.["newest"] ?? 0),
    findRunOfAny: (runId) => toRunOrNone(reading(() => oneRunOfAny.get(runId))),
    findProof(hash) {
      const row = reading(() => oneProof.get(hash));
      return row === undefined ? undefined : { claimHash: String(row["claim_hash"]) };
    },
    listUnidentified: (seenSince, limit) =>
      reading(() => unidentified.all(seenSince, limit)).map((row) => String(row["id"])),
    findRun: (tenant, runId) => toRunOrNone(reading(() => oneRun.get(tenant, runId))),
    findClaim: (tenant, claimHash) => toRunOrNone(reading(() => oneClaim.get(tenant, claimHash))),
    *listBatches(runId, { afterSeq, kind }) {
      const first = reading(() => firstBatch.get(runId, afterSeq + 1))?.["first_seq"] ?? 1;
      const rows = batches.iterate(runId, Number(first), afterSeq + 1, toKindMask(kind));
      // A query that is not ended keeps this connection at the state of the data that it began with.
      try {
        for (;;) {
          const row = reading(() => rows.next());
          if (row.done === true) return;
          yield toBatch(row.value);
        }
      } finally {
        rows.return?.();
      }
    },
    findBatch(runId, firstSeq) {
      const row = reading(() => oneBatch.get(runId, firstSeq));
      return row === undefined ? undefined : toBatch(row);
    },
  };
}

function toRunOrNone(row: unknown): StoredRun | undefined {
  return row === undefined ? undefined : toRun(row);
}

export function toBatch(row: unknown): StoredBatch {
  const { first_seq, received_at, ...batch } = readRow(batchRowSchema, row);
  return { ...batch, firstSeq: first_seq, receivedAt: received_at };
}

export function toFinding(row: unknown): StoredFinding {
  const { run, first_seen, last_seen, made_by, resolved_at, ...finding } = readRow(
    findingRowSchema,
    row,
  );
  return {
    ...finding,
    runId: run,
    firstSeen: first_seen,
    lastSeen: last_seen,
    madeBy: made_by,
    resolvedAt: resolved_at,
  };
}
