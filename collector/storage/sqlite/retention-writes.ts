/** Removal of what is too old, as SQL, for the thread that writes: a piece at a time, so that batches need not wait for it. */
import type { DatabaseSync } from "node:sqlite";

import type { AgingBaseline, BatchRemoval, UseRemoval } from "../../stores/retention-store.ts";
import { prepareRemoveChanges } from "./baseline-change-writes.ts";
import { BASELINE_BYTES, FINDING_BYTES, ROW_BYTES, RUN_BYTES } from "./row-bytes.ts";
import { USE_KEYS, USE_TABLES } from "./use-tables.ts";

export interface RetentionWrites {
  removeBatches(removal: BatchRemoval): void;
  removeRun(runId: string): void;
  removeUses(removal: UseRemoval): void;
  removeAudit(tenant: string, upTo: number): void;
  removeBaseline(baseline: Pick<AgingBaseline, "id" | "usedAt">): void;
  giveBack(pages: number): void;
}

/** Of one call: some milliseconds. */
const MAX_BATCHES = 64;
const MAX_ROWS = 500;

/** `addBytes`: by how much its tenant has less. */
export function createRetentionWrites(
  database: DatabaseSync,
  addBytes: (tenant: string, bytes: number) => void,
): RetentionWrites {
  const removeRun = prepareRemoveRun(database, addBytes);
  const removeUses = prepareRemoveUses(database, addBytes);
  const removeAudit = database.prepare("DELETE FROM audit WHERE tenant = ? AND number <= ?");
  return {
    removeBatches: prepareRemoveBatches(database, addBytes),
    removeRun,
    removeUses,
    removeAudit: (tenant, upTo) => void removeAudit.run(tenant, upTo),
    removeBaseline: prepareRemoveBaseline(database, addBytes),
    // A pragma takes no parameter.
    giveBack: (pages) => database.exec(`PRAGMA incremental_vacuum(${Math.trunc(pages)})`),
  };
}

type AddBytes = (tenant: string, bytes: number) => void;

function prepareRemoveBatches(
  database: DatabaseSync,
  addBytes: AddBytes,
): (removal: BatchRemoval) => void {
  const mark = database.prepare(`
    UPDATE runs SET removed_seq = $seq, removed_mac = $mac, removed_signature = $signature,
      is_emptied = state = 'over' AND acknowledged = $seq
    WHERE id = $runId AND removed_seq < $seq AND acknowledged >= $seq RETURNING tenant`);
  const weigh = database.prepare(`
    SELECT coalesce(sum(length(content)), 0) AS bytes FROM batches WHERE run = ? AND first_seq <= ?`);
  const remove = database.prepare("DELETE FROM batches WHERE run = ? AND first_seq <= ?");
  const removeLetters = database.prepare("DELETE FROM dead_letters WHERE run = ? AND seq <= ?");
  return ({ runId, seq, mac, signature }) => {
    const run = mark.get({ runId, seq, mac, signature });
    if (run === undefined) return;
    const bytes = Number(weigh.get(runId, seq)?.["bytes"] ?? 0);
    remove.run(runId, seq);
    const { changes } = removeLetters.run(runId, seq);
    addBytes(String(run["tenant"]), -bytes - Number(changes) * ROW_BYTES);
  };
}

function prepareRemoveRun(database: DatabaseSync, addBytes: AddBytes): (runId: string) => void {
  const find = database.prepare(`SELECT tenant, job, ${RUN_BYTES} AS bytes FROM runs WHERE id = ?`);
  const pieces = [
    {
      weigh: `SELECT coalesce(sum(length(content)), 0) AS bytes, min(first_seq) AS first, max(first_seq) AS last
        FROM (SELECT first_seq, content FROM batches WHERE run = ? ORDER BY first_seq LIMIT ${MAX_BATCHES})`,
      remove: "DELETE FROM batches WHERE run = ? AND first_seq BETWEEN ? AND ?",
    },
    {
      weigh: `SELECT count(*) * ${ROW_BYTES} AS bytes, min(seq) AS first, max(seq) AS last
        FROM (SELECT seq FROM dead_letters WHERE run = ? ORDER BY seq LIMIT ${MAX_ROWS})`,
      remove: "DELETE FROM dead_letters WHERE run = ? AND seq BETWEEN ? AND ?",
    },
    {
      weigh: `SELECT coalesce(sum(bytes), 0) AS bytes, min(id) AS first, max(id) AS last
        FROM (SELECT id, ${FINDING_BYTES} AS bytes FROM findings WHERE run = ? ORDER BY id LIMIT ${MAX_ROWS})`,
      remove: "DELETE FROM findings WHERE run = ? AND id BETWEEN ? AND ?",
    },
    {
      weigh: `SELECT 0 AS bytes, min(number) AS first, max(number) AS last
        FROM (SELECT number FROM commands WHERE run = ? ORDER BY number LIMIT ${MAX_BATCHES})`,
      remove: "DELETE FROM commands WHERE run = ? AND number BETWEEN ? AND ?",
    },
    {
      weigh: `SELECT 0 AS bytes, min(finding) AS first, max(finding) AS last
        FROM (SELECT finding FROM incident_findings WHERE run = ? ORDER BY finding LIMIT ${MAX_ROWS})`,
      remove: "DELETE FROM incident_findings WHERE run = ? AND finding BETWEEN ? AND ?",
    },
    {
      weigh: `SELECT 0 AS bytes, min(number) AS first, max(number) AS last
        FROM (SELECT number FROM responses WHERE run = ? ORDER BY number LIMIT ${MAX_BATCHES})`,
      remove: "DELETE FROM responses WHERE run = ? AND number BETWEEN ? AND ?",
    },
    {
      weigh: `SELECT count(*) * ${ROW_BYTES} AS bytes, min(sensor) AS first, max(sensor) AS last FROM drops WHERE run = ?`,
      remove: "DELETE FROM drops WHERE run = ? AND sensor BETWEEN ? AND ?",
    },
  ].map(({ weigh, remove }) => ({
    weigh: database.prepare(weigh),
    remove: database.prepare(remove),
  }));
  const removeSaid = database.prepare("DELETE FROM acknowledgements WHERE run = ?");
  const remove = database.prepare("DELETE FROM runs WHERE id = ?");
  const removeJob = prepareRemoveIdleJob(database);
  return (runId) => {
    const run = find.get(runId);
    if (run === undefined) return;
    const tenant = String(run["tenant"]);
    for (const piece of pieces) {
      const { bytes, first, last } = piece.weigh.get(runId) ?? {};
      if (first === null || first === undefined || last === undefined) continue;
      piece.remove.run(runId, first, last);
      addBytes(tenant, -Number(bytes));
      return;
    }
    removeSaid.run(runId);
    remove.run(runId);
    addBytes(tenant, -Number(run["bytes"]));
    removeJob(Number(run["job"]));
  };
}

function prepareRemoveUses(
  database: DatabaseSync,
  addBytes: AddBytes,
): (removal: UseRemoval) => void {
  const find = database.prepare("SELECT tenant FROM jobs WHERE id = ?");
  const removals = USE_TABLES.map((table) => {
    const key = USE_KEYS[table].join(", ");
    return database.prepare(`
      DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE job = ? AND day < ? LIMIT ${MAX_ROWS})`);
  });
  const removeJob = prepareRemoveIdleJob(database);
  return ({ job, before }) => {
    const tenant = find.get(job)?.["tenant"];
    for (const removal of removals) {
      const { changes } = removal.run(job, before);
      if (tenant !== undefined) addBytes(String(tenant), -Number(changes) * ROW_BYTES);
    }
    removeJob(job);
  };
}

function prepareRemoveBaseline(
  database: DatabaseSync,
  addBytes: AddBytes,
): RetentionWrites["removeBaseline"] {
  const remove = database.prepare(
    `DELETE FROM baselines WHERE id = ? AND used_at = ? RETURNING tenant, ${BASELINE_BYTES} AS bytes`,
  );
  const removeChanges = prepareRemoveChanges(database);
  return ({ id, usedAt }) => {
    const removed = remove.get(id, usedAt);
    if (removed === undefined) return;
    addBytes(String(removed["tenant"]), -Number(removed["bytes"]) - removeChanges(id));
  };
}

/** One of which nothing is kept any more. */
function prepareRemoveIdleJob(database: DatabaseSync): (job: number) => void {
  const isUsed = ["runs", ...USE_TABLES].map(
    (table) => `EXISTS (SELECT 1 FROM ${table} WHERE job = $job)`,
  );
  const remove = database.prepare(
    `DELETE FROM jobs WHERE id = $job AND NOT (${isUsed.join(" OR ")})`,
  );
  return (job) => void remove.run({ job });
}
