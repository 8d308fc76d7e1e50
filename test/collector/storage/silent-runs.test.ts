import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { openSqliteEventStore } from "../../../collector/storage/sqlite/sqlite-event-store.ts";
import type { BatchRollup, FindingState } from "../../../collector/stores/batch.ts";
import type { EventStore, Silence, StoredFinding } from "../../../collector/stores/event-store.ts";
import type { RunQueries } from "../../../collector/stores/run-queries.ts";

const TENANT = "default";
const FINDING = { rule: "guard-silent", severity: "high", message: "It is silent." };
/** A guard's, by the name of the collector's own. */
const FORGED: FindingState = {
  id: "guard-silent",
  rule: "none",
  severity: "info",
  message: "all is well",
  response: "report",
  count: 9,
  firstSeen: "2026-01-31T12:00:00.000001Z",
  lastSeen: "2026-01-31T12:00:00.000001Z",
  technique: null,
  evidence: null,
};

let directory: string;
let store: EventStore & RunQueries;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "collector-"));
  store = await openSqliteEventStore({ directory, onFault: ignore, onEnd: ignore });
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

test("a run that falls silent has a finding, which is over when it sends again, and stands again when it does not", async () => {
  await store.markSilent(toSilence(2_000));
  const silent = readFindings();
  await send(1, { receivedAt: 3_000 });
  const back = readFindings();
  await store.markSilent(toSilence(5_000));

  expect(silent).toMatchObject([
    {
      ...FINDING,
      runId: "run",
      madeBy: "collector",
      firstSeen: "1970-01-01T00:00:01.000000Z",
      resolvedAt: null,
    },
  ]);
  expect(back).toMatchObject([{ resolvedAt: "1970-01-01T00:00:03.000000Z" }]);
  expect(readFindings()).toMatchObject([{ count: 2, resolvedAt: null }]);
  expect(store.findRun(TENANT, "run")).toMatchObject({ findings: 1, state: "silent" });
});

test("a run that comes back to say goodbye is over, and so is its finding", async () => {
  await send(1, { receivedAt: 1_000 });
  await store.markSilent(toSilence(2_000));
  const goodbye = { mac: "a".repeat(64), content: new Uint8Array() };
  await store.finishRun({ runId: "run", lastSeq: 1, endedAt: 4_000, goodbye });

  expect(store.findRun(TENANT, "run")?.state).toBe("over");
  expect(readFindings()).toMatchObject([{ resolvedAt: "1970-01-01T00:00:04.000000Z" }]);
});

test("a guard cannot keep the collector's finding away by one of the same name, nor change it", async () => {
  await send(1, { receivedAt: 1_000, findings: [FORGED] });
  await store.markSilent(toSilence(2_000));
  const standing = readFindings();
  await send(2, { receivedAt: 3_000, findings: [FORGED] });

  expect(standing).toMatchObject([{ ...FINDING, count: 1, madeBy: "collector", resolvedAt: null }]);
  expect(readFindings()).toMatchObject([{ ...FINDING, count: 1, madeBy: "collector" }]);
});

function ignore(): void {}

function toSilence(earliest: number): Silence {
  return { earliest, latest: 9_000_000, foundAt: earliest, finding: FINDING };
}

function readFindings(): readonly StoredFinding[] {
  return store.findFindings(TENANT, { now: 0 }, { after: undefined, limit: 9 }).items;
}

function send(
  firstSeq: number,
  { receivedAt, findings = [] }: { receivedAt: number; findings?: BatchRollup["findings"] },
): Promise<void> {
  return store.appendBatch({
    runId: "run",
    firstSeq,
    count: 1,
    mac: "a".repeat(64),
    encoding: "identity",
    content: Buffer.from("{}\n"),
    receivedAt,
    deadLetters: { count: 0, first: [] },
    rollup: {
      destinations: [],
      destinationsLeftOut: 0,
      names: [],
      namesLeftOut: 0,
      programs: [],
      programsLeftOut: 0,
      drops: [],
      findings,
      dropped: 0,
      stopped: undefined,
      kinds: new Set(),
    },
  });
}
