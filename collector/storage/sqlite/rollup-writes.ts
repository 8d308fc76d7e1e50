/**
 * What is counted of jobs, gathered over all batches of one transaction and written once at its end: batches of one job say the same
 * again and again.
 */
import type { DatabaseSync } from "node:sqlite";

import { createDenialWrites } from "./denial-writes.ts";
import type { PackedBatch, UseName } from "./pack-batch.ts";
import { ROW_BYTES } from "./row-bytes.ts";
import { USE_KEYS, type UseTable } from "./use-tables.ts";

export interface CountedRun {
  readonly runId: string;
  readonly tenant: string;
  readonly job: number;
}

export interface RollupWrites {
  add(run: CountedRun, batch: Pick<PackedBatch, "uses" | "counts" | "drops" | "receivedAt">): void;
  /** So much more is stored, besides the rows that this counts itself. */
  addBytes(tenant: string, bytes: number): void;
  /** Before the transaction is committed. */
  write(): void;
  /** After it was rolled back. */
  forget(): void;
}

interface Counted extends UseName {
  readonly tenant: string;
  count: number;
  lastRun: string;
}

/** What JavaScript reads exactly. Each summand is no larger, so that the sum is no overflow in SQLite. */
const MAX_COUNT = Number.MAX_SAFE_INTEGER;

/** Of a run: reasons are a few, whatever an agent makes up. All of them are counted with the run itself. */
const MAX_DROPS = 256;

export function createRollupWrites(database: DatabaseSync): RollupWrites {
  const bytes = new Map<string, number>();
  const addBytes = (tenant: string, more: number): void => {
    bytes.set(tenant, (bytes.get(tenant) ?? 0) + more);
  };
  const addCount = {
    destinations: prepareAddCount(database, "destinations"),
    names: prepareAddCount(database, "names"),
    programs: prepareAddCount(database, "programs"),
  };
  const drops = prepareAddDrop(database);
  const denials = createDenialWrites(database);
  const addStored = database.prepare(`
    INSERT INTO tenants (tenant, bytes) VALUES (?, ?) ON CONFLICT DO UPDATE SET bytes = max(bytes + excluded.bytes, 0)`);
  /** By job, and by the name of the use. */
  const waiting = new Map<number, Map<string, Counted>>();
  const forget = (): void => {
    waiting.clear();
    bytes.clear();
    denials.forget();
  };
  return {
    addBytes,
    add({ runId, tenant, job }, { uses, counts, drops: dropped, receivedAt }) {
      const ofJob = waiting.get(job) ?? new Map<string, Counted>();
      waiting.set(job, ofJob);
      for (const [index, use] of uses.entries()) {
        const count = counts[index] ?? 0;
        denials.add({ tenant, receivedAt }, use, count);
        const known = ofJob.get(use.name);
        if (known === undefined) ofJob.set(use.name, { ...use, tenant, count, lastRun: runId });
        else {
          known.count = Math.min(known.count + count, MAX_COUNT);
          known.lastRun = runId;
        }
      }
      for (const drop of dropped) if (drops(runId, drop)) addBytes(tenant, ROW_BYTES);
    },
    write() {
      for (const [job, uses] of waiting) {
        for (const use of uses.values()) {
          if (addCount[use.table](job, use)) addBytes(use.tenant, ROW_BYTES);
        }
      }
      denials.write();
      for (const [tenant, more] of bytes) addStored.run(tenant, more);
      forget();
    },
    forget,
  };
}

/** Gives back whether that is a new row. */
type AddCount = (job: number, use: Pick<Counted, "key" | "count" | "lastRun">) => boolean;

function prepareAddCount(database: DatabaseSync, table: UseTable): AddCount {
  const columns = USE_KEYS[table];
  const where = columns.map((column) => `${column} = ?`).join(" AND ");
  const update = database.prepare(
    `UPDATE ${table} SET count = min(count + ?, ${MAX_COUNT}), last_run = ? WHERE ${where}`,
  );
  const insert = database.prepare(
    `INSERT INTO ${table} (count, last_run, ${columns.join(", ")}) VALUES (?, ?, ${columns.map(() => "?").join(", ")})`,
  );
  return (job, { key, count, lastRun }) => {
    if (update.run(count, lastRun, job, ...key).changes !== 0) return false;
    insert.run(count, lastRun, job, ...key);
    return true;
  };
}

type AddDrop = (runId: string, drop: PackedBatch["drops"][number]) => boolean;

/** Gives back whether that is a new row. */
function prepareAddDrop(database: DatabaseSync): AddDrop {
  const update = database.prepare(
    `UPDATE drops SET count = min(count + ?, ${MAX_COUNT}) WHERE run = ? AND sensor = ? AND reason = ?`,
  );
  const insert = database.prepare(`
    INSERT INTO drops (count, run, sensor, reason)
    SELECT $count, $runId, $sensor, $reason WHERE (SELECT count(*) FROM drops WHERE run = $runId) < ${MAX_DROPS}`);
  return (runId, { sensor, reason, count }) => {
    if (update.run(count, runId, sensor, reason).changes !== 0) return false;
    return insert.run({ count, runId, sensor, reason }).changes !== 0;
  };
}
