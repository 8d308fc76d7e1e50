/** Figures of a tenant, each of a bounded number of rows. */
import type { DatabaseSync } from "node:sqlite";

import { z } from "zod";

import type { OverviewStore } from "../../stores/overview-store.ts";
import { FINDING_STATE } from "./finding-queries.ts";
import { MAX_LOOKED } from "./look-through.ts";
import { readRow } from "./read-row.ts";
import { reading } from "./reading.ts";
import { SAID_JOINS } from "./said-columns.ts";

const countsSchema = z.object({ live: z.int(), silent: z.int(), degraded: z.int() });
const openSchema = z.object({ severity: z.string(), count: z.int() });
const denialSchema = z.object({
  hour: z.int(),
  subject: z.string(),
  verdict: z.string(),
  count: z.int(),
});

export function createOverviewReader(database: DatabaseSync): OverviewStore {
  const runs = database.prepare(`
    SELECT coalesce(sum(state = 'live'), 0) AS live, coalesce(sum(state = 'silent'), 0) AS silent,
      coalesce(sum(state = 'live' AND (degraded = 1 OR requested_mode = 'block' AND effective_mode <> 'block')), 0) AS degraded
    FROM (
      SELECT tenant, state, degraded, requested_mode, effective_mode FROM runs WHERE state = 'live'
      UNION ALL SELECT tenant, state, degraded, requested_mode, effective_mode FROM runs WHERE state = 'silent'
    ) WHERE tenant = ?`);
  const open = database.prepare(`
    SELECT severity, count(*) AS count FROM (
      SELECT findings.severity AS severity, ${FINDING_STATE} AS state, resolved_at
      FROM (SELECT * FROM findings INDEXED BY findings_by_time WHERE tenant = $tenant ORDER BY first_seen DESC, run DESC, id DESC LIMIT ${MAX_LOOKED}) AS findings
      ${SAID_JOINS}
    ) WHERE state = 'open' AND resolved_at IS NULL GROUP BY severity`);
  const beyond = database.prepare(
    `SELECT 1 FROM findings INDEXED BY findings_by_time WHERE tenant = ? LIMIT 1 OFFSET ${MAX_LOOKED}`,
  );
  const denials = database.prepare(
    "SELECT hour, subject, verdict, count FROM denials WHERE tenant = ? AND hour >= ? ORDER BY hour",
  );
  return {
    countRuns: (tenant) =>
      readRow(
        countsSchema,
        reading(() => runs.get(tenant)),
      ),
    countOpenFindings(tenant, now) {
      const rows = reading(() => open.all({ tenant, now })).map((row) => readRow(openSchema, row));
      const counts = new Map(rows.map(({ severity, count }) => [severity, count]));
      return { counts, isWhole: reading(() => beyond.get(tenant)) === undefined };
    },
    listDenials: (tenant, sinceHour) =>
      reading(() => denials.all(tenant, sinceHour)).map((row) => readRow(denialSchema, row)),
  };
}
