/**
 * What is counted of jobs, gathered over all batches of one transaction and written once at its end: batches of one job say the same
 * again and again.
 */
import type { DatabaseSync, SQLInputValue } from "node:sqlite";

import type { NewBatch } from "../../stores/event-store.ts";
import { ROW_BYTES } from "./row-bytes.ts";
import { USE_KEYS } from "./use-tables.ts";

export interface CountedRun {
  readonly runId: string;
  readonly tenant: string;
  readonly job: number;
}

export interface RollupWrites {
  add(run: CountedRun, rollup: NewBatch["rollup"]): void;
  /** So much more is stored, besides the rows that this counts itself. */
  addBytes(tenant: string, bytes: number): void;
  /** Before the transaction is committed. */
  write(): void;
  /** After it was rolled back. */
  forget(): void;
}

interface Counted {
  readonly key: readonly SQLInputValue[];
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
  const destinations = createCounts(database, "destinations");
  const names = createCounts(database, "names");
  const programs = createCounts(database, "programs");
  const drops = prepareAddDrop(database);
  const addStored = database.prepare(`
    INSERT INTO tenants (tenant, bytes) VALUES (?, ?) ON CONFLICT DO UPDATE SET bytes = max(bytes + excluded.bytes, 0)`);
  const counts = [destinations, names, programs];
  return {
    addBytes,
    add(run, rollup) {
      const { job } = run;
      for (const { day, host, port, transport, verdict, count } of rollup.destinations) {
        // The job and the day of a count, and its port, are of a form that no text after them can have.
        const name = `${job} ${day} ${port} ${transport} ${verdict} ${host}`;
        destinations.add(name, run, { key: [job, day, host, port, transport, verdict], count });
      }
      for (const { day, name, verdict, count } of rollup.names) {
        names.add(`${job} ${day} ${verdict} ${name}`, run, {
          key: [job, day, name, verdict],
          count,
        });
      }
      for (const { day, program, parent, count } of rollup.programs) {
        programs.add(`${job} ${day} ${parent.length} ${parent}${program}`, run, {
          key: [job, day, program, parent],
          count,
        });
      }
      for (const drop of rollup.drops) if (drops(run.runId, drop)) addBytes(run.tenant, ROW_BYTES);
    },
    write() {
      for (const table of counts) table.write((tenant) => addBytes(tenant, ROW_BYTES));
      for (const [tenant, more] of bytes) addStored.run(tenant, more);
      bytes.clear();
    },
    forget() {
      for (const table of counts) table.forget();
      bytes.clear();
    },
  };
}

interface Counts {
  add(name: string, run: CountedRun, use: { key: readonly SQLInputValue[]; count: number }): void;
  write(onNewRow: (tenant: string) => void): void;
  forget(): void;
}

function createCounts(database: DatabaseSync, table: keyof typeof USE_KEYS): Counts {
  const columns = USE_KEYS[table];
  const where = columns.map((column) => `${column} = ?`).join(" AND ");
  const update = database.prepare(
    `UPDATE ${table} SET count = min(count + ?, ${MAX_COUNT}), last_run = ? WHERE ${where}`,
  );
  const insert = database.prepare(
    `INSERT INTO ${table} (count, last_run, ${columns.join(", ")}) VALUES (?, ?, ${columns.map(() => "?").join(", ")})`,
  );
  const waiting = new Map<string, Counted>();
  return {
    add(name, { tenant, runId }, { key, count }) {
      const known = waiting.get(name);
      if (known === undefined) {
        waiting.set(name, { key, tenant, count, lastRun: runId });
        return;
      }
      known.count = Math.min(known.count + count, MAX_COUNT);
      known.lastRun = runId;
    },
    write(onNewRow) {
      for (const { key, tenant, count, lastRun } of waiting.values()) {
        if (update.run(count, lastRun, ...key).changes !== 0) continue;
        insert.run(count, lastRun, ...key);
        onNewRow(tenant);
      }
      waiting.clear();
    },
    forget: () => waiting.clear(),
  };
}

type AddDrop = (runId: string, drop: NewBatch["rollup"]["drops"][number]) => boolean;

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
