import { DatabaseSync } from "node:sqlite";

import { afterEach, beforeEach, expect, test } from "vitest";

import { createBaselineReader } from "../../../collector/storage/sqlite/baseline-reader.ts";
import { createIncidentReader } from "../../../collector/storage/sqlite/incident-reader.ts";
import { MIGRATIONS } from "../../../collector/storage/sqlite/migrations.ts";
import { createRunQueries } from "../../../collector/storage/sqlite/run-queries.ts";
import { createUsageReader } from "../../../collector/storage/sqlite/usage-reader.ts";

const TENANT = "default";
const FIRST_PAGE = { after: undefined, limit: 9 };

let database: DatabaseSync;

beforeEach(() => {
  database = new DatabaseSync(":memory:");
  database.exec(`${MIGRATIONS.join(";")};
    INSERT INTO jobs (id, key, tenant, repository, job) VALUES (1, 'app', 'default', 'Acme/App', 'build'), (2, 'other', 'default', 'acme/apple', 'build');
    INSERT INTO runs (id, tenant, guard_run_id, claim_hash, version, scope, requested_mode, effective_mode, job_key, started_at,
      acknowledged, last_mac, last_seen_at, ci)
    VALUES ('run', 'default', 'guard', 'claim', '0.1.0', 'command', 'audit', 'audit', '[]', 5, 3, 'mac', 6,
      '{"provider":"github-actions","repository":"Acme/App"}');
    INSERT INTO names (job, day, name, verdict, count, last_run) VALUES (1, '2026-01-30', 'a.example', 'allowed', 2, 'run');
    INSERT INTO baselines (key, tenant, repository, job, state, runs, document, revision, changed_at, used_at)
    VALUES ('app', 'default', 'Acme/App', 'build', 'stable', 20, x'', 1, 1, 1);
    INSERT INTO incidents (id, tenant, job_key, rule, cause, state, severity, urgency, message, first_run, last_run, runs, findings,
      open_findings, first_seen, last_seen, opened_at, changed_at, reopenings, dropped)
    VALUES ('incident', 'default', 'app', 'miner', 'cause', 'open', 'high', 'page', 'text', 'run', 'run', 1, 1, 1, '1', '1', 1, 1, 0, 0);`);
});
afterEach(() => database.close());

test.each([
  ["Acme/App", 1],
  ["acme/app", 1],
  ["ACME/APP", 1],
  ["acme/ap_", 0],
])("whoever asks for %s gets what is %i of it, however its runs spell it", (repository, count) => {
  const queries = createRunQueries(database);
  const baselines = createBaselineReader(database);
  const incidents = createIncidentReader(database, () => undefined);
  const usage = createUsageReader(database);
  const scope = { tenant: TENANT, repository, since: "2026-01-01", limit: 9 };

  expect([
    queries.findRuns(TENANT, { repository }, FIRST_PAGE).items.length,
    baselines.listBaselines(TENANT, { repository }, FIRST_PAGE).items.length,
    baselines.findBaselinesOf(TENANT, { repository }, 9).length,
    incidents.findIncidents(TENANT, { repository }, FIRST_PAGE).items.length,
    usage.listNames(scope).items.length,
  ]).toEqual([count, count, count, count, count]);
});
