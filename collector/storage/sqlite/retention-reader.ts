/** What is too old, as it is read. */
import type { DatabaseSync } from "node:sqlite";

import { z } from "zod";

import type { AgingPage, AgingReader, AgingRun } from "../../stores/retention-store.ts";
import { readRow } from "./read-row.ts";
import { reading } from "./reading.ts";
import { USE_TABLES } from "./use-tables.ts";

const runSchema = z
  .object({
    id: z.string(),
    tenant: z.string(),
    startedAt: z.int(),
    lastSeenAt: z.int(),
    keyGeneration: z.int(),
    isOpen: z.int(),
  })
  .transform(({ isOpen, ...run }): AgingRun => ({ ...run, hasOpenFindings: isOpen === 1 }));
const batchSchema = z.object({
  firstSeq: z.int(),
  count: z.int(),
  mac: z.string(),
  receivedAt: z.int(),
  bytes: z.int(),
});
const jobSchema = z.object({ id: z.int(), tenant: z.string() });
const baselineSchema = z.object({ id: z.int(), tenant: z.string(), usedAt: z.int() });
const auditSchema = z.object({ upTo: z.int().nullable(), entries: z.int() });

/** What nobody has said anything of, or of which what was said does not hold any more. */
const HAS_OPEN_FINDINGS = `runs.findings > 0 AND EXISTS (
  SELECT 1 FROM findings WHERE findings.run = runs.id
    AND NOT EXISTS (SELECT 1 FROM acknowledgements a WHERE a.run = findings.run AND a.finding = findings.id)
    AND NOT EXISTS (SELECT 1 FROM suppressions s WHERE s.tenant = runs.tenant AND s.job_key = runs.job_key
      AND s.rule = findings.rule AND s.message = findings.message AND s.until > $now)
    AND NOT EXISTS (SELECT 1 FROM expectations e WHERE e.tenant = runs.tenant AND e.job_key = runs.job_key
      AND e.rule = findings.rule AND e.message = findings.message AND findings.first_seen <= e.found_by)
)`;

export function createRetentionReader(database: DatabaseSync): AgingReader {
  const withBatches = prepareRuns(database, "INDEXED BY runs_with_batches", "is_emptied = 0 AND");
  const ofAge = prepareRuns(database, "", "");
  // The length of a content stands in its row's head, so that the content itself is not read.
  const batches = database.prepare(`
    SELECT first_seq AS firstSeq, count, mac, received_at AS receivedAt, length(content) AS bytes
    FROM batches WHERE run = ? AND first_seq > ? ORDER BY first_seq LIMIT ?`);
  const jobs = database.prepare("SELECT id, tenant FROM jobs WHERE id > ? ORDER BY id LIMIT ?");
  const uses = database.prepare(
    `SELECT ${USE_TABLES.map((table) => `(SELECT count(*) FROM (SELECT 1 FROM ${table} WHERE job = $job AND day < $before LIMIT $limit))`).join(" + ")} AS rows`,
  );
  // From one tenant to the next by the index, whatever number of entries each has.
  const auditTenants = database.prepare(`
    WITH RECURSIVE tenants (tenant) AS (
      SELECT min(tenant) FROM audit UNION ALL
      SELECT (SELECT min(tenant) FROM audit WHERE audit.tenant > tenants.tenant) FROM tenants WHERE tenant IS NOT NULL
    ) SELECT tenant FROM tenants WHERE tenant IS NOT NULL`);
  const audit = database.prepare(`
    SELECT max(number) AS upTo, count(*) AS entries FROM (
      SELECT number, at FROM audit WHERE tenant = $tenant AND number > $after ORDER BY number LIMIT $limit
    ) WHERE at < $before`);
  const baselines = database.prepare(`
    SELECT id, tenant, used_at AS usedAt FROM baselines INDEXED BY baselines_by_use
    WHERE used_at < $before AND (used_at, id) > ($usedAt, $id) ORDER BY used_at, id LIMIT $limit`);
  const freePages = database.prepare("PRAGMA freelist_count");
  const run = database.prepare("SELECT 1 FROM runs WHERE id = ?");
  return {
    listRunsWithBatches: (page) => withBatches(page),
    listRunsOfAge: (page) => ofAge(page),
    listAgingBatches: (runId, afterSeq, limit) =>
      reading(() => batches.all(runId, afterSeq, limit)).map((row) => readRow(batchSchema, row)),
    listJobs: (afterJob, limit) =>
      reading(() => jobs.all(afterJob, limit)).map((row) => readRow(jobSchema, row)),
    countOldUses: ({ job, before }, limit) =>
      Number(reading(() => uses.get({ job, before, limit }))?.["rows"] ?? 0),
    listAuditTenants: () => reading(() => auditTenants.all()).map((row) => String(row["tenant"])),
    findOldAudit(tenant, { after, before, limit }) {
      const row = reading(() => audit.get({ tenant, after, before, limit }));
      const { upTo, entries } = readRow(auditSchema, row);
      return upTo === null ? undefined : { upTo, entries };
    },
    listAgingBaselines: ({ before, after = { usedAt: -1, id: 0 }, limit }) =>
      reading(() => baselines.all({ before, usedAt: after.usedAt, id: after.id, limit })).map(
        (row) => readRow(baselineSchema, row),
      ),
    countFreePages: () => Number(reading(() => freePages.get())?.["freelist_count"] ?? 0),
    hasRun: (runId) => reading(() => run.get(runId)) !== undefined,
  };
}

function prepareRuns(
  database: DatabaseSync,
  index: string,
  condition: string,
): (page: AgingPage) => readonly AgingRun[] {
  const list = database.prepare(`
    SELECT id, tenant, started_at AS startedAt, last_seen_at AS lastSeenAt, key_generation AS keyGeneration,
      ${HAS_OPEN_FINDINGS} AS isOpen
    FROM runs ${index} WHERE ${condition} started_at < $before AND (started_at, id) > ($startedAt, $id)
    ORDER BY started_at, id LIMIT $limit`);
  return ({ before, after = { startedAt: -1, id: "" }, now, limit }) => {
    const place = { before, startedAt: after.startedAt, id: after.id, now, limit };
    return reading(() => list.all(place)).map((row) => readRow(runSchema, row));
  };
}
