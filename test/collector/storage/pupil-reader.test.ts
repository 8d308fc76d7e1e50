import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";

import { afterEach, beforeEach, expect, test } from "vitest";

import { openForReading } from "../../../collector/storage/sqlite/open-database.ts";
import { createPupilReader } from "../../../collector/storage/sqlite/pupil-reader.ts";
import { openSqliteEventStore } from "../../../collector/storage/sqlite/sqlite-event-store.ts";

const SUPPRESSED = {
  role: "responder",
  token: "t",
  owner: "platform",
  reason: "until Friday",
  at: 9_000,
  until: 99_000,
};

let directory: string;
let store: Awaited<ReturnType<typeof openSqliteEventStore>>;
let database: DatabaseSync;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "collector-"));
  store = await openSqliteEventStore({ directory, onFault: () => {}, onEnd: () => {} });
  await store.startRun({
    id: "run",
    tenant: "default",
    guardRunId: "guard",
    claimHash: "claim",
    version: "0.1.0",
    scope: "command",
    requestedMode: "audit",
    effectiveMode: "audit",
    ci: null,
    startedAt: 1_000,
  });
  database = openForReading(directory);
});
afterEach(async () => {
  database.close();
  await store[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

test("an anomaly that is suppressed for a while is none that may be learned: whoever thinks it normal says that it is expected", async () => {
  await store.addOwnFinding({
    runId: "run",
    id: "new-destination-1",
    rule: "new-destination",
    severity: "high",
    message: "curl reached example.net, which no run of this job has.",
    technique: "T1041",
    evidence: {},
    at: 2_000,
  });
  await store.suppressFinding({ runId: "run", id: "new-destination-1" }, SUPPRESSED);

  const pupils = createPupilReader(database);
  expect(pupils.hasOpenFinding("run", ["high", "critical"], 10_000)).toBe(true);
  expect(pupils.isFindingOpen({ runId: "run", id: "new-destination-1" }, 10_000)).toBe(false);
});
