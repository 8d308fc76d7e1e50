import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { openSqliteEventStore } from "../../../collector/storage/sqlite/sqlite-event-store.ts";
import type { FindingState } from "../../../collector/stores/batch.ts";
import type { OwnFinding } from "../../../collector/stores/news-store.ts";

const TENANT = "default";
const BY = { role: "responder", token: "t", owner: "platform", reason: "seen", at: 9_000 };
const OWN: OwnFinding = {
  runId: "run",
  id: "new-destination-1",
  rule: "new-destination",
  severity: "medium",
  message: "curl reached example.net, which no run of this job has.",
  technique: "T1041",
  evidence: { seen: "example.net:443" },
  at: 2_000,
};

let directory: string;
let store: Awaited<ReturnType<typeof openSqliteEventStore>>;
let rings: number;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "collector-"));
  rings = 0;
  const onNews = (): void => void (rings += 1);
  store = await openSqliteEventStore({ directory, onFault: ignore, onEnd: ignore, onNews });
  await store.startRun({
    id: "run",
    tenant: TENANT,
    guardRunId: "guard",
    claimHash: "claim",
    version: "0.1.0",
    scope: "command",
    requestedMode: "audit",
    effectiveMode: "audit",
    ci: null,
    startedAt: 1_000,
  });
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

test("a guard's finding is news once, with what it goes by, however often it is told", async () => {
  await send(1, [newFinding({ count: 1 })]);
  await send(2, [newFinding({ count: 7 })]);

  expect(listChanges()).toEqual(["found reverse-shell-1"]);
  expect(store.showFinding(TENANT, { runId: "run", id: "reverse-shell-1" }, 0)).toMatchObject({
    technique: "T1059.004",
    evidence: '{"program":"/bin/sh"}',
  });
});

test("who acts on news is woken by what left some, and by nothing else", async () => {
  await send(1, [newFinding({ count: 1 })]);
  await store.checkWritable();
  await expect.poll(() => rings).toBe(1);
  await send(2, [newFinding({ count: 2 })]);
  await store.addOwnFinding(OWN);

  await expect.poll(() => rings).toBe(2);
});

test("silence is news, and so is its end", async () => {
  await send(1, []);
  await store.markSilent({
    earliest: 2_000,
    latest: 9_000_000,
    foundAt: 2_000,
    finding: { rule: "guard-silent", severity: "high", message: "It is silent." },
  });
  await send(2, []);

  expect(listChanges()).toEqual(["found guard-silent", "resolved guard-silent"]);
});

test("what operators say of a finding is news", async () => {
  await send(1, [newFinding({})]);
  const name = { runId: "run", id: "reverse-shell-1" };
  await store.acknowledgeFinding(name, BY);
  await store.suppressFinding(name, { ...BY, until: 99_000 });
  await store.reopenFinding(name);

  expect(listChanges()).toEqual([
    "found reverse-shell-1",
    "acknowledged reverse-shell-1",
    "suppressed reverse-shell-1",
    "reopened reverse-shell-1",
  ]);
});

test("the collector's own finding is news when it is new, when it is graver, and when it stands again", async () => {
  await store.addOwnFinding(OWN);
  await store.addOwnFinding({ ...OWN, at: 3_000 });
  await store.addOwnFinding({ ...OWN, severity: "high", at: 4_000 });
  await store.addOwnFinding({ ...OWN, severity: "low", at: 5_000 });
  await store.resolveOwnFinding({ ...OWN, at: 6_000 });
  await store.addOwnFinding({ ...OWN, at: 7_000 });

  expect(listChanges().map((text) => text.split(" ")[0])).toEqual([
    "found",
    "found",
    "resolved",
    "found",
  ]);
  expect(store.showFinding(TENANT, OWN, 0)).toMatchObject({
    severity: "high",
    count: 5,
    madeBy: "collector",
    resolvedAt: null,
  });
  expect(store.findRun(TENANT, "run")?.findings).toBe(1);
});

test("of a run that is not there the collector finds nothing", async () => {
  await store.addOwnFinding({ ...OWN, runId: "another" });

  expect(listChanges()).toEqual([]);
});

test("a finding of the collector's own counts for its tenant, as long as it is there", async () => {
  const before = store.countStoredBytes(TENANT);
  await store.addOwnFinding(OWN);
  const with1 = store.countStoredBytes(TENANT);
  await store.addOwnFinding({ ...OWN, message: `${OWN.message} Again.` });
  const longer = store.countStoredBytes(TENANT);
  await store.removeRun("run");
  await store.removeRun("run");

  expect(with1).toBeGreaterThan(before + 256);
  expect(longer).toBe(with1 + " Again.".length);
  expect(store.countStoredBytes(TENANT)).toBe(0);
});

function newFinding(changes: Partial<FindingState>): FindingState {
  return {
    id: "reverse-shell-1",
    rule: "reverse-shell",
    severity: "critical",
    message: "sh talks to a socket.",
    response: "report",
    count: 1,
    firstSeen: "2026-01-31T12:00:00.000001Z",
    lastSeen: "2026-01-31T12:00:00.000001Z",
    technique: "T1059.004",
    evidence: '{"program":"/bin/sh"}',
    ...changes,
  };
}

async function send(seq: number, findings: readonly FindingState[]): Promise<void> {
  await store.appendBatch({
    runId: "run",
    firstSeq: seq,
    count: 1,
    mac: "a".repeat(64),
    encoding: "identity",
    content: Buffer.from("{}"),
    receivedAt: 1_000,
    deadLetters: { count: 0, first: [] },
    rollup: {
      destinations: [],
      destinationsLeftOut: 0,
      names: [],
      namesLeftOut: 0,
      programs: [],
      programsLeftOut: 0,
      findings,
      drops: [],
      dropped: 0,
      stopped: undefined,
      kinds: new Set(),
    },
  });
}

function listChanges(): string[] {
  return store.listNews("alerting", 100).map(({ change, id }) => `${change} ${id}`);
}

function ignore(): void {}
