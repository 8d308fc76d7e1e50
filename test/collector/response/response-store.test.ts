import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { afterEach, beforeEach, expect, test } from "vitest";

import { openForReading } from "../../../collector/storage/sqlite/open-database.ts";
import { createPupilReader } from "../../../collector/storage/sqlite/pupil-reader.ts";
import { openSqliteEventStore } from "../../../collector/storage/sqlite/sqlite-event-store.ts";
import type { ContainedRun } from "../../../collector/stores/response-store.ts";
import type { Found } from "../../../collector/stores/run-queries.ts";
import { newResponse, POD } from "./support/stored-response.ts";

const TENANT = "default";
const SILENT = { rule: "guard-silent", severity: "high", message: "It is silent." };
const KILLED: ContainedRun = {
  runId: "run",
  how: "killed-by-rule",
  revokedPod: { issuer: POD.issuer, uid: POD.uid },
  at: 6_000,
};

const TIMED_OUT = {
  step: "delete-pod",
  outcome: "failed",
  startedAt: 1,
  acceptedAt: null,
  endedAt: 2,
  answer: "nobody answers",
  isTimedOut: true,
} as const;
const UNPROVEN = { pod: null, workflowRun: null, runnerUid: null, commandNumber: null };

let directory: string;
let store: Awaited<ReturnType<typeof openSqliteEventStore>>;
let damaged: string[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "collector-"));
  damaged = [];
  store = await openSqliteEventStore({
    directory,
    onFault: ignore,
    onEnd: ignore,
    onDamaged: ({ message }) => damaged.push(message),
  });
  await startRun("run");
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

test("a response is as it was written last, and its run's are listed the oldest first", async () => {
  const steps = [
    { step: "delete-pod", outcome: "worked", startedAt: 1, acceptedAt: 2, endedAt: 3, answer: "x" },
  ] as const;
  await store.doResponses({ responses: [newResponse()] });
  await store.doResponses({ responses: [newResponse({ id: "other", action: "cancel-run" })] });
  const done = newResponse({ state: "done", steps, changedAt: 7_000 });
  await store.doResponses({ responses: [done] });

  expect(store.findResponse(TENANT, "response-1")).toEqual({ ...done, number: 1 });
  expect(store.findResponse("other", "response-1")).toBeUndefined();
  expect(store.listResponsesOfRun("run").map(({ id }) => id)).toEqual(["response-1", "other"]);
  expect(store.listOpenResponses().map(({ id }) => id)).toEqual(["other"]);
});

test("a damaged response keeps no other from being gone on with or tried again, and is said once", async () => {
  const at = { state: "failed", steps: [TIMED_OUT] } as const;
  const ids = ["open-1", "open-2", "failed-1", "failed-2"];
  await store.doResponses({
    responses: ids.map((id) => newResponse({ id, ...(id.startsWith("failed") && at) })),
  });
  const which = {
    tenant: TENANT,
    after: { decidedAt: 0, number: 0 },
    notTried: { after: 6_000, until: 7_000 },
    limit: 10,
  };
  using database = new DatabaseSync(join(directory, "events.db"));
  database.exec("UPDATE responses SET action = 'x' WHERE id IN ('open-1', 'failed-1')");

  for (let looks = 0; looks < 2; looks += 1) {
    expect(store.listOpenResponses().map(({ id }) => id)).toEqual(["open-2"]);
    expect(store.listFailedResponses(which).items.map(({ id }) => id)).toEqual(["failed-2"]);
  }
  expect(damaged).toEqual([
    expect.stringMatching(/^response 1: action: /),
    expect.stringMatching(/^response 3: action: /),
  ]);
});

test("what was decided and the news it was decided by are on disk together", async () => {
  await addFinding("run");
  const [news] = store.listNewsToAnswer(10);
  const settled = { reader: "response", upTo: news?.number ?? 0 } as const;
  await store.doResponses({ responses: [newResponse()], settled });

  expect(news).toMatchObject({
    change: "found",
    finding: { tenant: TENANT, rule: "kill-limit", severity: "critical" },
  });
  expect(store.listNewsToAnswer(10)).toEqual([]);
});

test("that a finding was responded to is news for alerting, when it is over", async () => {
  await store.doResponses({ responses: [newResponse()] });
  await store.doResponses({ responses: [newResponse({ state: "verifying" })] });
  await store.doResponses({ responses: [newResponse({ state: "done" })] });

  expect(store.listNews("alerting", 10)).toMatchObject([
    { change: "responded", runId: "run", id: "reverse-shell-1" },
  ]);
});

test("kills are counted by when they were, by tenant, and those that were withheld are not", async () => {
  const withheld = { withheld: "kill-limit", state: "dry-run", countedAt: null } as const;
  await store.doResponses({
    responses: [
      newResponse({ id: "old", countedAt: 1_000 }),
      newResponse({ id: "new" }),
      newResponse({ id: "other", tenant: "other" }),
      newResponse({ id: "unproven", action: "kill-job", target: UNPROVEN }),
      newResponse({ id: "limited", ...withheld }),
    ],
  });

  const count = (after: number, until = 5_000) =>
    store.countKills(TENANT, { after, until, isProven: true });
  expect([count(1_000), count(999), count(999, 4_999)]).toEqual([1, 2, 1]);
  expect(store.countKills(TENANT, { after: 999, until: 5_000, isProven: false })).toBe(1);
  const ofAll = { after: 999, until: 5_000 };
  expect(store.countAllKills({ ...ofAll, isProven: true })).toBe(3);
  expect(store.countAllKills({ ...ofAll, isProven: false })).toBe(1);
  expect(store.countAllKills({ after: 1_000, until: 4_999, isProven: true })).toBe(0);
  const hasHit = (after: number, until = 5_000) => store.hasHitKillLimit(TENANT, { after, until });
  expect([hasHit(4_999), hasHit(5_000, 6_000), hasHit(0, 4_999)]).toEqual([true, false, false]);
  expect(store.hasHitKillLimit("other", { after: 0, until: 9_000 })).toBe(false);
});

test("what failed is listed page by page, but for what was tried since", async () => {
  const responses = [failed("b", 2_000), failed("c", 2_000, 90_000), failed("a", 1_000)];
  await store.doResponses({ responses: [...responses, failed("tried", 1_500, 8_000)] });
  await store.doResponses({ responses: [newResponse({ id: "done", state: "done" })] });
  const listFrom = (after: { decidedAt: number; number: number }, limit: number) =>
    store.listFailedResponses({
      tenant: TENANT,
      after,
      notTried: { after: 7_000, until: 9_000 },
      limit,
    });
  const first = listFrom({ decidedAt: 999, number: 0 }, 2);

  expect(first.items.map(({ id }) => id)).toEqual(["a", "b"]);
  const second = listFrom(first.next ?? { decidedAt: 0, number: 0 }, 2);
  expect(second.items.map(({ id }) => id)).toEqual(["c"]);
  expect(second.next).toBeUndefined();
});

test("a damaged response ends neither the list of those that failed nor that of all", async () => {
  const responses = ["a", "b", "c", "d"].map((id) => failed(id, 1_000));
  await store.doResponses({ responses });
  using database = new DatabaseSync(join(directory, "events.db"));
  database.exec("UPDATE responses SET steps = 'x' WHERE id IN ('b', 'c')");
  const notTried = { after: 7_000, until: 9_000 };
  const ofFailed = listPages({ decidedAt: 0, number: 0 }, (after) =>
    store.listFailedResponses({ tenant: TENANT, after, notTried, limit: 2 }),
  );
  const ofAll = listPages<number | undefined>(undefined, (after) =>
    store.findResponses(TENANT, {}, { after, limit: 2 }),
  );

  expect(ofFailed).toEqual([["a"], ["d"]]);
  expect(ofAll).toEqual([["d"], ["a"]]);
});

test("that it failed is news once, however often it is tried again", async () => {
  await store.doResponses({ responses: [newResponse({ state: "failed" })] });
  const again = newResponse({ state: "failed", retries: 1 });
  await store.doResponses({ responses: [again] });
  expect(store.listNews("alerting", 10)).toHaveLength(1);
  await store.doResponses({ responses: [{ ...again, state: "done" }] });

  expect(store.listNews("alerting", 10)).toHaveLength(2);
});

test("a pod that was killed is revoked with all of its runs, and those of no other pod or cluster", async () => {
  await startRun("same-pod");
  await startRun("other-pod", { ...POD, uid: "7a1c5f0e-0000-4000-8000-000000000002" });
  await startRun("other-cluster", { ...POD, issuer: "https://other" });
  expect(store.listRunsOfPod(POD).map(({ runId }) => runId)).toEqual(["run", "same-pod"]);
  await store.doResponses({ responses: [newResponse()], contained: KILLED });

  const runs = ["run", "same-pod", "other-pod", "other-cluster"];
  expect(runs.map((id) => store.showRun(TENANT, id)?.isRevoked)).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(store.showRun(TENANT, "same-pod")).toMatchObject({
    state: "over",
    endedAt: 6_000,
    outcome: "killed-by-rule",
  });
  expect(store.isRevokedPod(POD)).toBe(true);
  expect(store.isRevokedPod({ ...POD, issuer: "https://other" })).toBe(false);
});

test("a run that was on its way to the disk while its pod was killed is over with it", async () => {
  await store.doResponses({ responses: [newResponse()], contained: KILLED });
  await startRun("late");
  await startRun("other-cluster", { ...POD, issuer: "https://other" });

  expect(store.showRun(TENANT, "late")).toMatchObject({ state: "over", isRevoked: true });
  expect(store.showRun(TENANT, "other-cluster")).toMatchObject({ state: "live", isRevoked: false });
});

test("a run that was ended or cut off from here is no pupil", async () => {
  await startRun("same-pod");
  await startRun("whole", { ...POD, uid: "7a1c5f0e-0000-4000-8000-000000000002" });
  await startRun("quarantined", { ...POD, uid: "7a1c5f0e-0000-4000-8000-000000000003" });
  await store.doResponses({ responses: [], contained: { ...KILLED, how: null } });
  const cutOff = { runId: "quarantined", how: "quarantined", revokedPod: null, at: 1 } as const;
  await store.doResponses({ responses: [], contained: cutOff });

  expect(listContained(["run", "same-pod", "quarantined", "whole"])).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

test("a run that somebody wants ended is no pupil before it is on disk that it was, nor is another one of its pod", async () => {
  await startRun("same-pod");
  for (const [index, id] of ["asked", "killed", "unarmed", "left"].entries())
    await startRun(id, { ...POD, uid: `7a1c5f0e-0000-4000-8000-00000000001${index}` });
  const unarmed = newResponse({ id: "2", runId: "unarmed", state: "dry-run", target: UNPROVEN });
  await store.doResponses({ responses: [newResponse(), unarmed] });
  const body = "{}";
  await store.addCommand({ runId: "asked", number: 1, kind: "kill", body, askedAt: 1 });
  await store.addOwnFinding({
    runId: "killed",
    id: "operator-kill-1",
    rule: "operator-kill",
    severity: "low",
    message: "It was ended.",
    technique: null,
    evidence: {},
    at: 1,
  });

  expect(listContained(["run", "same-pod", "asked", "killed", "unarmed", "left"])).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
  ]);
});

test("a run that was contained from here falls silent without a finding, and one that was silent is not any more", async () => {
  await startRun("quarantined", { ...POD, uid: "7a1c5f0e-0000-4000-8000-000000000003" });
  const contained = { ...KILLED, runId: "quarantined", how: "quarantined", revokedPod: null };
  await store.doResponses({ responses: [], contained: { ...contained, how: "quarantined" } });
  await store.markSilent({
    earliest: 2_000,
    latest: 9_000_000,
    foundAt: 2_000,
    finding: SILENT,
  });
  const found = () =>
    store
      .listNews("alerting", 10)
      .filter(({ id }) => id === "guard-silent")
      .map(({ change, runId }) => `${change} ${runId}`);

  expect(found()).toEqual(["found run"]);
  expect(store.showRun(TENANT, "quarantined")).toMatchObject({
    state: "silent",
    outcome: "quarantined",
    findings: 0,
  });
  await store.doResponses({ responses: [], contained: KILLED });
  expect(found()).toEqual(["found run", "resolved run"]);
});

test("a run whose guard says that it was killed is called silent all the same", async () => {
  await store.doResponses({ responses: [], contained: { ...KILLED, revokedPod: null } });
  await store.markSilent({ earliest: 2_000, latest: 9_000_000, foundAt: 2_000, finding: SILENT });

  expect(store.listNews("alerting", 10)).toMatchObject([{ change: "found", id: "guard-silent" }]);
});

test("pages of responses leave nothing out, of all runs and of one", async () => {
  const ids = ["a", "b", "c", "d", "e"];
  for (const [index, id] of ids.entries()) {
    const runId = index % 2 === 0 ? "run" : "other";
    const state = index < 2 ? "done" : "failed";
    await store.doResponses({ responses: [newResponse({ id, runId, state })] });
  }

  expect(list({}, 2)).toEqual(["e", "d", "c", "b", "a"]);
  expect(list({ runId: "run" }, 2)).toEqual(["e", "c", "a"]);
  expect(list({ state: "done" }, 1)).toEqual(["b", "a"]);
});

test("responses go with their run", async () => {
  await store.doResponses({ responses: [newResponse({ state: "done" })] });
  for (let round = 0; round < 5; round += 1) await store.removeRun("run");

  expect(store.findRunOfAny("run")).toBeUndefined();
  expect(store.listResponsesOfRun("run")).toEqual([]);
});

test("what a tenant's responses may do is what was said last", async () => {
  const mode = { tenant: TENANT, mode: "armed", reason: "tried", by: "admin a", at: 1 } as const;
  expect(store.findResponseMode(TENANT)).toBeUndefined();
  await store.setResponseMode(mode);
  await store.setResponseMode({ ...mode, mode: "dry-run", at: 2 });

  expect(store.findResponseMode(TENANT)).toEqual({ ...mode, mode: "dry-run", at: 2 });
  expect(store.findResponseMode("other")).toBeUndefined();
});

function listPages<Key>(
  top: Key,
  findPage: (after: Key) => Found<{ readonly id: string }, Key>,
): readonly (readonly string[])[] {
  const pages: string[][] = [];
  let { items, next } = findPage(top);
  pages.push(items.map(({ id }) => id));
  while (next !== undefined) {
    ({ items, next } = findPage(next));
    pages.push(items.map(({ id }) => id));
  }
  return pages;
}

function failed(id: string, decidedAt: number, changedAt = decidedAt) {
  return newResponse({ id, state: "failed", steps: [TIMED_OUT], decidedAt, changedAt });
}

function list(filter: object, limit: number): string[] {
  const listed: string[] = [];
  for (let after: number | undefined; ;) {
    const { items, next } = store.findResponses(TENANT, filter, { after, limit });
    listed.push(...items.map(({ id }) => id));
    if (next === undefined) return listed;
    after = next;
  }
}

async function addFinding(runId: string): Promise<void> {
  await store.addOwnFinding({
    runId,
    id: "kill-limit",
    rule: "kill-limit",
    severity: "critical",
    message: "Too many.",
    technique: null,
    evidence: {},
    at: 2_000,
  });
}

function listContained(runIds: readonly string[]) {
  using database = openForReading(directory);
  const pupils = createPupilReader(database);
  return runIds.map((id) => pupils.findPupil(id)?.isContained);
}

async function startRun(id: string, { issuer, uid, name, namespace } = POD): Promise<void> {
  await store.startRun({
    id,
    tenant: TENANT,
    guardRunId: "guard",
    claimHash: `claim of ${id}`,
    version: "0.1.0",
    scope: "pod",
    requestedMode: "audit",
    effectiveMode: "audit",
    ci: null,
    identity: {
      kind: "kubernetes",
      issuer,
      state: "known",
      facts: { namespace, podName: name, podUid: uid, serviceAccount: "runner" },
      said: null,
      contradicts: [],
    },
    startedAt: 1_000,
  });
}

function ignore(): void {}
