import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { signRemoval } from "../../../collector/ingest/removal-signature.ts";
import { rollUp } from "../../../collector/ingest/roll-up.ts";
import { createKnownPrograms } from "../../../collector/ingest/run-programs.ts";
import { verifyRun } from "../../../collector/maintenance/verify-run.ts";
import { removeOld } from "../../../collector/retention/remove-old.ts";
import {
  parseRetentionRules,
  type RetentionRules,
} from "../../../collector/retention/retention-ages.ts";
import { openSqliteEventStore } from "../../../collector/storage/sqlite/sqlite-event-store.ts";
import type { BatchRollup, FindingState } from "../../../collector/stores/batch.ts";
import type { CiContext, RunIdentity } from "../../../protocol/index.ts";
import { storeSignedRun } from "../support/signed-run.ts";

const MASTER_KEY = Buffer.alloc(32, 7);
const NOW = Date.parse("2026-06-30T12:00:00Z");
const DAY = 86_400_000;
const TENANT = "default";
const CI = { provider: "github-actions", repository: "acme/app", job: "build" } as const;

type Store = Awaited<ReturnType<typeof openSqliteEventStore>>;

let directory: string;
let store: Store;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "collector-"));
  writeFileSync(join(directory, "master.key"), `${MASTER_KEY.toString("hex")}\n`);
  store = await openSqliteEventStore({ directory, onFault: () => {}, onEnd: () => {} });
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

describe("batches that are too old", () => {
  test("go, the oldest first, and what is left of their run is whole and verified", async () => {
    await storeRun("run", [90, 31, 29, 1]);
    const { batches, batchBytes } = await remove();

    expect([batches, batchBytes > 0]).toEqual([2, true]);
    expect(listSeqs("run")).toEqual([5, 7]);
    expect(verifyRun(directory, "run")).toMatchObject({ fault: undefined, removedEvents: 4 });
    expect(store.findRun(TENANT, "run")).toMatchObject({ acknowledged: 8, state: "over" });
  });

  test("go all of them, and the run with what is told of it stays", async () => {
    await storeRun("run", [90, 80]);
    await remove();

    expect(listSeqs("run")).toEqual([]);
    expect(verifyRun(directory, "run")).toMatchObject({ fault: undefined, removedEvents: 4 });
    expect(store.listDestinations(SCOPE).items).toMatchObject([{ host: "a.example", count: 2 }]);
    expect(await remove()).toMatchObject({ batches: 0, runs: 0 });
  });

  test("and that somebody else took away are missing, whatever their run's row says", async () => {
    await storeRun("run", [90, 80, 1]);
    const [, second] = [...store.listBatches("run", { afterSeq: 0, kind: null })];
    const mac = second?.mac ?? "";
    const signature = signRemoval(Buffer.alloc(32, 8), "run", { seq: 4, mac });
    await store.removeBatches({ runId: "run", seq: 4, mac, signature });

    expect(verifyRun(directory, "run").fault).toBe(
      "what is said to have been too old was not taken away by this collector",
    );
  });

  test("stay as long as nobody has dealt with what was found in their run", async () => {
    await storeRun("found", [90], { hasFinding: true });
    await storeRun("clean", [90]);
    const first = await remove();
    const kept = listSeqs("found");
    change(`INSERT INTO acknowledgements (run, finding, role, token, owner, reason, at)
      VALUES ('found', 'finding-1', 'admin', '', '', '', 0)`);
    await remove();

    expect([first.batches, first.runsKept, kept]).toEqual([1, 1, [1]]);
    expect([listSeqs("clean"), listSeqs("found")]).toEqual([[], []]);
  });

  test("stay longer, or go sooner, where their tenant has ages of its own", async () => {
    await storeRun("usual", [10, 1]);
    await storeRun("sooner", [10, 1], { tenant: "acme" });
    await storeRun("later", [60, 1], { tenant: "bank" });
    await remove({ rules: toRules("acme: events=7; bank: events=90") });

    expect(["usual", "sooner", "later"].map((id) => listSeqs(id).length)).toEqual([2, 1, 2]);
  });

  test("are only counted when nothing is to be removed", async () => {
    await storeRun("run", [450, 90]);
    await store.addAudit(toAudit(450));
    const dry = await remove({ remover: undefined });
    const kept = listSeqs("run");
    const { pagesGivenBack, ...removed } = await remove();

    expect([kept, pagesGivenBack]).toEqual([[1, 3], 0]);
    expect(dry).toEqual({ ...removed, pagesGivenBack: 0 });
  });
});

test("a run that is too old goes with all that was kept of it, and what its tenant has stored is nothing again", async () => {
  await storeRun("old", [500, 450]);
  await storeRun("other", [500], { tenant: "acme" });
  const [before] = [store.countStoredBytes(TENANT)];
  const removed = await remove();

  expect(before).toBeGreaterThan(0);
  expect(removed).toMatchObject({ runs: 2, uses: 5 });
  expect([TENANT, "acme"].map((tenant) => store.countStoredBytes(tenant))).toEqual([0, 0]);
  expect(store.findRunOfAny("old")).toBeUndefined();
  for (const table of [
    "batches",
    "dead_letters",
    "findings",
    "jobs",
    "destinations",
    "names",
    "programs",
  ]) {
    expect([table, count(table)]).toEqual([table, 0]);
  }
});

test("what vouches for a run is counted with what the run said, also when it is known later, and none of it is left", async () => {
  await storeRun("vouched", [500]);
  const before = store.countStoredBytes(TENANT);
  const said: CiContext = { provider: "github-actions", job: "é".repeat(500) };
  const identity: RunIdentity = {
    kind: "kubernetes",
    issuer: "https://cluster.example",
    state: "known",
    facts: {},
    said,
    contradicts: [],
  };
  await store.identifyRun({ runId: "vouched", ci: null, identity });
  const vouched = store.countStoredBytes(TENANT) - before;
  const wasSaid = Buffer.byteLength(JSON.stringify(CI));
  await remove();

  expect(vouched).toBe(Buffer.byteLength(JSON.stringify(identity)) - wasSaid);
  expect(store.countStoredBytes(TENANT)).toBe(0);
});

test("what findings say is counted in bytes, whoever made them, and none of it is left when their run has gone", async () => {
  await storeFindings("bare", []);
  const bare = store.countStoredBytes(TENANT);
  const wide = { id: "é".repeat(10), rule: "日".repeat(10), message: "\u{1f600}" };
  await storeFindings("told", [{ ...FOUND, ...wide }]);
  const told = store.countStoredBytes(TENANT) - 2 * bare;
  // One of a guard's gives way to it, and it comes twice.
  const forgery = { id: "guard-silent", rule: "", message: "m".repeat(9_000) };
  await storeFindings("forged", [{ ...FOUND, ...forgery }]);
  const forged = store.countStoredBytes(TENANT) - 3 * bare - told;
  await markSilent();
  const silent = store.countStoredBytes(TENANT) - 3 * bare - told;
  change("UPDATE runs SET state = 'live'");
  await markSilent();

  expect([told, forged]).toEqual([256 + 20 + 30 + 4, 256 + 12 + 9_000]);
  expect(silent).toBe(3 * (256 + 12 + 12 + SILENT.message.length));
  expect(store.countStoredBytes(TENANT)).toBe(3 * bare + told + silent);
  for (const id of ["bare", "told", "forged"]) {
    while (store.findRunOfAny(id) !== undefined) await store.removeRun(id);
  }
  expect([store.countStoredBytes(TENANT), count("findings"), count("runs")]).toEqual([0, 0, 0]);
});

test("a run of many batches and rows goes piece by piece, and whole", async () => {
  await storeRun(
    "run",
    Array.from({ length: 200 }, () => 450),
  );
  const removed = await remove();

  expect(removed).toMatchObject({ batches: 200, runs: 1 });
  expect([count("batches"), count("runs"), store.countStoredBytes(TENANT)]).toEqual([0, 0, 0]);
});

test("what is counted of one job goes piece by piece, and a dry run counts all of it", async () => {
  await storeRun("run", [450]);
  change(`
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1200)
    INSERT INTO names SELECT 1, '2025-01-01', 'host' || n, 'allowed', 1, 'run' FROM numbers`);
  const dry = await remove({ remover: undefined });
  const { uses } = await remove();

  expect([dry.uses, uses, count("names")]).toEqual([1_202, 1_202, 0]);
});

test("entries of the audit go when they are too old, each tenant's by its own age", async () => {
  for (const days of [500, 450, 1]) await store.addAudit(toAudit(days));
  await store.addAudit({ ...toAudit(450), tenant: "bank" });
  const { auditEntries } = await remove({ rules: toRules("bank:audit=1000") });

  expect(auditEntries).toBe(2);
  expect([TENANT, "bank"].map((tenant) => store.listAudit(tenant, 99, 9).length)).toEqual([1, 1]);
});

test("baselines go when no run has used them for as long as runs are kept, and count for their tenant until then", async () => {
  const usedDaysAgo = { a: 500, b: 401, c: 399 };
  for (const [key, days] of Object.entries(usedDaysAgo)) await putBaseline(key, days);
  await putBaseline("of the bank", 500, "bank");
  const before = store.countStoredBytes(TENANT);
  const dry = await remove({ remover: undefined });
  const { baselines } = await remove({ rules: toRules("bank:runs=1000") });
  const kept = store.listBaselines(undefined, {}, { after: undefined, limit: 9 });

  expect([dry.baselines, baselines]).toEqual([3, 2]);
  expect(kept.items.map(({ key }) => key)).toEqual(["c", "of the bank"]);
  expect(before).toBeGreaterThan(3 * 1_000);
  expect(store.countStoredBytes(TENANT)).toBe(before / 3);
});

test("space that is free is given back to the disk", async () => {
  const text = Array.from({ length: 40_000 }, () => Math.random().toString(36)).join("");
  const events = [
    { kind: "guard-stopped", runId: text, exitCode: 0, signal: null, sensors: [] },
  ] as const;
  const batches = Array.from({ length: 60 }, () => ({ at: NOW - 90 * DAY, events }));
  await storeSignedRun(store, {
    id: "run",
    masterKey: MASTER_KEY,
    startedAt: NOW - 90 * DAY,
    batches,
  });
  checkpoint();
  const { size } = statSync(join(directory, "events.db"));
  const { pagesGivenBack } = await remove();
  checkpoint();

  expect(pagesGivenBack).toBeGreaterThan(500);
  expect(statSync(join(directory, "events.db")).size).toBeLessThan(size / 2);
});

test("it ends between two pieces when it is told to", async () => {
  await storeRun(
    "run",
    Array.from({ length: 200 }, () => 90),
  );
  const controller = new AbortController();
  const { batches } = await remove({
    signal: controller.signal,
    pause: async () => controller.abort(),
  });

  expect([batches, listSeqs("run").length]).toEqual([64, 136]);
});

const SILENT = { rule: "guard-silent", severity: "high", message: "It is silent." };
const FOUND: FindingState = {
  id: "finding-1",
  rule: "reverse-shell",
  severity: "high",
  message: "a shell",
  response: "report",
  count: 1,
  firstSeen: "2026-01-31T12:00:00.000001Z",
  lastSeen: "2026-01-31T12:00:00.000001Z",
  technique: null,
  evidence: null,
};
const SCOPE = { tenant: TENANT, repository: "acme/app", since: "2020-01-01", limit: 9 };

function remove(changes: Partial<Parameters<typeof removeOld>[0]> = {}) {
  return removeOld({
    store,
    rules: toRules(""),
    now: NOW,
    sign: ({ id }, removal) => signRemoval(MASTER_KEY, id, removal),
    remover: store,
    pause: async () => {},
    signal: new AbortController().signal,
    uptime: () => performance.now(),
    ...changes,
  });
}

function markSilent(): Promise<void> {
  return store.markSilent({ earliest: NOW, latest: NOW, foundAt: NOW, finding: SILENT });
}

function toRules(text: string): RetentionRules {
  const rules = parseRetentionRules(text);
  if (typeof rules === "string") throw new Error(rules);
  return rules;
}

/** A batch of two events, and a line of each kind that is counted, for each of these ages in days. */
async function storeRun(
  id: string,
  ages: readonly number[],
  { tenant = TENANT, hasFinding = false } = {},
): Promise<void> {
  const batches = ages.map((days, index) => {
    const at = NOW - days * DAY;
    const time = `${new Date(at).toISOString().slice(0, -1)}000Z`;
    const seen = { count: 1, firstSeen: time, lastSeen: time };
    const finding = {
      kind: "finding",
      id: `finding-${index + 1}`,
      rule: { id: "reverse-shell", name: "A shell" },
      severity: "high",
      process: null,
      message: "a shell",
      evidence: {},
      response: "report",
      ...seen,
    } as const;
    const connection = {
      kind: "connection",
      process: null,
      network: { transport: "tcp", family: "ipv4" },
      destination: { domain: "a.example", port: 443 },
      verdict: "allowed",
      rule: "default",
      results: {},
      bytesSent: 0,
      bytesReceived: 0,
      ...seen,
    } as const;
    const query = {
      kind: "dns-query",
      process: null,
      name: "a.example",
      type: "A",
      verdict: "allowed",
      answers: [],
      ...seen,
    } as const;
    return {
      at,
      events: [connection, hasFinding ? finding : index % 2 === 0 ? query : { kind: "nothing" }],
    };
  });
  const startedAt = NOW - (ages[0] ?? 0) * DAY;
  const isOver = true;
  await storeSignedRun(store, {
    id,
    tenant,
    ci: CI,
    masterKey: MASTER_KEY,
    startedAt,
    batches,
    isOver,
  });
}

/** Whatever their texts: also as agents sent them before those had a bound. */
async function storeFindings(id: string, findings: BatchRollup["findings"]): Promise<void> {
  const at = NOW - 450 * DAY;
  await storeSignedRun(store, { id, masterKey: MASTER_KEY, startedAt: at, batches: [] });
  const rollup = rollUp([], {
    today: "2026-01-31",
    programs: createKnownPrograms({ maxProcesses: 1, maxProcessesOfRun: 1, maxRuns: 1 }).of(id),
  });
  await store.appendBatch({
    runId: id,
    firstSeq: 1,
    count: 1,
    mac: "a".repeat(64),
    encoding: "identity",
    content: Buffer.from("{}\n"),
    receivedAt: at,
    deadLetters: { count: 0, first: [] },
    rollup: { ...rollup, findings },
  });
}

function toAudit(days: number) {
  const at = NOW - days * DAY;
  return { tenant: TENANT, token: "t", role: "admin", action: "GET", target: "/", at };
}

function putBaseline(key: string, usedDaysAgo: number, tenant = TENANT): Promise<void> {
  const content = { state: "learning", runs: 1, document: new Uint8Array(1_000) } as const;
  const name = { tenant, key, repository: "acme/app", workflow: null, job: "build" };
  return store.putBaseline({ name, content, revision: 0, at: NOW - usedDaysAgo * DAY });
}

function listSeqs(runId: string): number[] {
  return [...store.listBatches(runId, { afterSeq: 0, kind: null })].map(({ firstSeq }) => firstSeq);
}

function change(statement: string): void {
  using database = new DatabaseSync(join(directory, "events.db"), { timeout: 5_000 });
  database.exec(statement);
}

function checkpoint(): void {
  change("PRAGMA wal_checkpoint(TRUNCATE)");
}

function count(table: string): number {
  using database = new DatabaseSync(join(directory, "events.db"), { readOnly: true });
  return Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.["n"]);
}
