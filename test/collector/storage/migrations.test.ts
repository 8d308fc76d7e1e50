import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createFindingQueries } from "../../../collector/storage/sqlite/finding-queries.ts";
import { MIGRATIONS } from "../../../collector/storage/sqlite/migrations.ts";
import { openForWriting } from "../../../collector/storage/sqlite/open-database.ts";
import { createReader } from "../../../collector/storage/sqlite/reader.ts";
import { openSqliteEventStore } from "../../../collector/storage/sqlite/sqlite-event-store.ts";
import { createUsageReader } from "../../../collector/storage/sqlite/usage-reader.ts";
import { storeSignedRun } from "../support/signed-run.ts";

/** What every version could hold. */
const DATA = `
  INSERT INTO runs (id, tenant, guard_run_id, claim_hash, version, scope, requested_mode, effective_mode, job_key, started_at,
    acknowledged, last_mac, last_seen_at, exit_code)
  VALUES ('run', 'default', 'guard', 'claim', '0.1.0', 'command', 'audit', 'audit', '[]', 5, 3, 'mac', 6, 0);
  INSERT INTO findings (tenant, run, id, rule, severity, message, response, count, first_seen, last_seen)
  VALUES ('default', 'run', 'f', 'rule', 'high', 'text', 'report', 1, 'first', 'last');`;

const AT = "2026-01-31T12:00:00.000001Z";
const FOUND = {
  id: "é",
  rule: { id: "日", name: "A rule" },
  severity: "high",
  message: "text",
  evidence: {},
  response: "report",
};
/** The step that counts what tenants have stored. */
const RECOUNT = 12;

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "collector-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe("data of an earlier version is brought forward, with all that it has", () => {
  test.each(MIGRATIONS.map((_, index) => index + 1))("version %i", (version) => {
    makeData(version);
    using database = openForWriting(directory);
    const reader = createReader(database);
    const batches = reader.listBatches("run", { afterSeq: 0, kind: "finding" });

    expect(reader.findRun("default", "run")).toMatchObject({ acknowledged: 3, exitCode: 0 });
    expect([...batches].map(({ firstSeq, content }) => [firstSeq, content.length])).toEqual([
      [1, 4],
    ]);
    const page = { after: undefined, limit: 9 };
    const findings = createFindingQueries(database);
    expect(findings.findFindings("default", { now: 0 }, page).items).toHaveLength(1);
    expect(database.prepare("PRAGMA user_version").get()).toEqual({
      user_version: MIGRATIONS.length,
    });
  });
});

test("a run that had stopped can still say goodbye in this version, and knows what it has stored", () => {
  makeData(1);
  using database = openForWriting(directory);

  expect(createReader(database).findRun("default", "run")).toMatchObject({
    stoppedSeq: 3,
    bytes: 4,
  });
});

test("what tenants have stored is counted anew, and as it is counted when it comes", async () => {
  await using store = await openSqliteEventStore({ directory, onFault: () => {}, onEnd: () => {} });
  const masterKey = Buffer.alloc(32, 7);
  const seen = { count: 1, firstSeen: AT, lastSeen: AT };
  const common = { process: null, verdict: "allowed", rule: "default", ...seen };
  const events = [
    { kind: "party" },
    { ...common, kind: "dns-query", name: "a.example", type: "A", answers: [] },
    { kind: "events-dropped", sensor: "kernel", reason: "ring-full", count: 1 },
    { ...common, kind: "finding", ...FOUND },
  ];
  const ci = { provider: "github-actions", repository: "acme/app" } as const;
  for (const [id, tenant] of [
    ["one", "default"],
    ["two", "acme"],
    ["three", "acme"],
  ] as const) {
    const batches = [{ at: 5, events }];
    await storeSignedRun(store, { id, tenant, ci, masterKey, startedAt: 5, batches });
  }
  const finding = { rule: "guard-silent", severity: "high", message: "It is silent." };
  await store.markSilent({ earliest: 6, latest: 6, foundAt: 6, finding });
  const stored = ["default", "acme"].map((tenant) => store.countStoredBytes(tenant));
  await store[Symbol.asyncDispose]();
  using earlier = new DatabaseSync(join(directory, "events.db"));
  // What a finding goes by is stored since a later step.
  earlier.exec(
    `UPDATE findings SET evidence = NULL; UPDATE tenants SET bytes = 7; ${MIGRATIONS[RECOUNT - 1]}`,
  );
  const count = earlier.prepare("SELECT bytes FROM tenants WHERE tenant = ?");

  expect(stored.every((bytes) => bytes > 5 * 256)).toBe(true);
  const evidence = JSON.stringify(FOUND.evidence).length;
  expect(["default", "acme"].map((tenant) => count.get(tenant)?.["bytes"])).toEqual([
    Number(stored[0]) - evidence,
    Number(stored[1]) - 2 * evidence,
  ]);
});

test("destinations that were counted are their job's still, and their repository's", () => {
  makeData(1);
  const earlier = new DatabaseSync(join(directory, "events.db"));
  const key = JSON.stringify(["default", "github-actions", "acme/app", null, "build"]);
  earlier.exec(`UPDATE runs SET job_key = '${key}';
    INSERT INTO destinations VALUES ('${key}', '2026-01-31', 'a.example', 443, 'tcp', 'allowed', 7, 'run')`);
  earlier.close();
  using database = openForWriting(directory);
  const scope = { tenant: "default", repository: "acme/app", since: "2026-01-01", limit: 9 };

  expect(createUsageReader(database).listDestinations(scope)).toEqual({
    isWhole: true,
    items: [
      {
        host: "a.example",
        port: 443,
        transport: "tcp",
        verdict: "allowed",
        count: 7,
        firstDay: "2026-01-31",
        lastDay: "2026-01-31",
        lastRun: "run",
      },
    ],
  });
});

function makeData(version: number): void {
  using database = new DatabaseSync(join(directory, "events.db"));
  for (const step of MIGRATIONS.slice(0, version)) database.exec(step);
  database.exec(DATA);
  const kinds = version > 1 ? ", kinds" : "";
  database.exec(`INSERT INTO batches (run, first_seq, count, mac, encoding, received_at, content${kinds})
    VALUES ('run', 1, 3, 'mac', 'identity', 6, x'00010203'${version > 1 ? ", 0x7fffffff" : ""})`);
  database.exec(`PRAGMA user_version = ${version}`);
}
