/** What jobs use, as it is read. */
import type { DatabaseSync } from "node:sqlite";

import { z } from "zod";

import type { UsageList, UsageScope, UsageStore } from "../../stores/usage-store.ts";
import { readRow } from "./read-row.ts";
import { reading } from "./reading.ts";

/** Rows of one answer, which holds up all others: some 10 ms. */
const MAX_LOOKED = 20_000;

const usage = {
  count: z.int(),
  firstDay: z.string(),
  lastDay: z.string(),
  lastRun: z.string(),
};
const destinationSchema = z.object({
  host: z.string(),
  port: z.int(),
  transport: z.string(),
  verdict: z.string(),
  ...usage,
});
const nameSchema = z.object({ name: z.string(), verdict: z.string(), ...usage });
const programSchema = z.object({ program: z.string(), parent: z.string(), ...usage });
const dropSchema = z.object({ sensor: z.string(), reason: z.string(), count: z.int() });

export function createUsageReader(database: DatabaseSync): UsageStore {
  const drops = database.prepare(
    "SELECT sensor, reason, count FROM drops WHERE run = ? ORDER BY sensor, reason",
  );
  const bytes = database.prepare("SELECT bytes FROM tenants WHERE tenant = ?");
  return {
    listDestinations: prepareList(database, "destinations", {
      columns: "host, port, transport, verdict",
      schema: destinationSchema,
    }),
    listNames: prepareList(database, "names", { columns: "name, verdict", schema: nameSchema }),
    listPrograms: prepareList(database, "programs", {
      columns: "program, parent",
      schema: programSchema,
    }),
    listDrops: (runId) => reading(() => drops.all(runId)).map((row) => readRow(dropSchema, row)),
    countStoredBytes: (tenant) => Number(reading(() => bytes.get(tenant))?.["bytes"] ?? 0),
  };
}

function prepareList<Item>(
  database: DatabaseSync,
  table: "destinations" | "names" | "programs",
  { columns, schema }: { readonly columns: string; readonly schema: z.ZodType<Item> },
): (scope: UsageScope) => UsageList<Item> {
  // Each job's days are one stretch of the table. A day has ten characters: the run of the last one stands behind it.
  const list = database.prepare(`
    SELECT ${columns}, CAST(min(total(count), ${Number.MAX_SAFE_INTEGER}) AS INTEGER) AS count,
      min(day) AS firstDay, max(day) AS lastDay, substr(max(day || last_run), 11) AS lastRun, sum(count(*)) OVER () AS looked
    FROM (
      SELECT used.* FROM jobs CROSS JOIN ${table} AS used ON used.job = jobs.id AND used.day >= ?3
      WHERE jobs.tenant = ?1 AND jobs.repository IS ?2 COLLATE NOCASE LIMIT ${MAX_LOOKED}
    )
    GROUP BY ${columns} ORDER BY count DESC, ${columns} LIMIT ?4`);
  return ({ tenant, repository, since, limit }) => {
    const rows = reading(() => list.all(tenant, repository, since, limit + 1));
    const isWhole = rows.length <= limit && Number(rows[0]?.["looked"] ?? 0) < MAX_LOOKED;
    return { items: rows.slice(0, limit).map((row) => readRow(schema, row)), isWhole };
  };
}
