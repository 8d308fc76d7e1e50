import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

import { type Collector, startCollector } from "../../../collector/collector.ts";
import { USUAL_DETECTION } from "../../../collector/detection/detection-file.ts";
import { readKeys } from "../../../collector/identity/key-file.ts";
import { type ResponsePolicy, USUAL_RESPONSE } from "../../../collector/response/response-file.ts";
import { openSqliteEventStore } from "../../../collector/storage/sqlite/sqlite-event-store.ts";
import type { CiContext } from "../../../protocol/index.ts";
import { countUntaught } from "../support/count-untaught.ts";
import { ask, type Reply } from "../support/guard-client.ts";
import {
  beginRun,
  connects,
  type Deed,
  finds,
  type PlayedJob,
  playRun,
  startsProgram,
  toWholeRun,
} from "../support/played-job.ts";
import { storeSignedRun } from "../support/signed-run.ts";

const AGENT_TOKEN = "agent-token-of-the-tests-0123456789";
const ADMIN_TOKEN = "admin-token-of-the-tests-0123456789";
const CI = {
  provider: "github-actions",
  repository: "acme/app",
  workflow: "ci",
  job: "build",
  ref: "refs/heads/main",
} as const;
const RUNS = 6;
const DETECTION = { learn: { ...USUAL_DETECTION.learn, runs: RUNS } };
const WATCHED = "acme/watched";
const RESPONSE: ResponsePolicy = {
  ...USUAL_RESPONSE,
  rules: [
    { match: { rule: "new-*", severity: "medium", repository: WATCHED }, action: "kill-job" },
  ],
};
/** What this job does each time. */
const USUAL = [
  startsProgram("1-a", null, "/usr/bin/npm"),
  startsProgram("2-a", "1-a", "/usr/bin/git"),
  connects("1-a", "registry.npmjs.org"),
  connects("2-a", "github.com"),
];
const SAID = { owner: "Ada", reason: "a new registry" };
const UNUSUAL = [...USUAL, connects("1-a", "collect.evil.example")];

let directory: string;
let collector: Collector;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "collector-"));
  collector = await start();
});
afterEach(async () => {
  await collector[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

test("nothing is judged by what is still learned", async () => {
  await playRun(job(), USUAL);
  await playRun(job(), UNUSUAL);
  await expect
    .poll(async () => (await listBaselines())[0])
    .toMatchObject({ runs: 2, state: "learning" });

  expect(await listFindings()).toEqual([]);
});

test("after enough runs a new destination is found, with what was expected", async () => {
  await learn();
  const runId = await playRun(job(), UNUSUAL);
  const [finding] = await findingsOf(runId, 1);

  expect(finding).toMatchObject({
    rule: "new-destination",
    severity: "medium",
    madeBy: "collector",
    state: "open",
    evidence: { domain: "evil.example", overRuns: RUNS, state: "stable" },
  });
});

test("a run that goes on is judged before it is over, and once", async () => {
  await learn();
  const run = await beginRun(job({ ref: "refs/pull/7/merge" }));
  await run.send(UNUSUAL);
  const [finding] = await findingsOf(run.runId, 1);
  await run.send([connects("1-a", "collect.evil.example", 8_443)]);
  await run.end();
  await expectLesson("ref", 1);

  expect(await listFindings(run.runId)).toMatchObject([{ id: finding?.id, count: 1 }]);
  expect(await listBaselines()).toMatchObject([{ runs: RUNS }]);
});

test("of runs that may not teach nothing is learned", async () => {
  const run = await beginRun(job());
  await run.send([{ kind: "events-dropped", sensor: "kernel", reason: "ring-full", count: 3 }]);
  await run.end();
  await playRun(job({ ref: "refs/heads/feature" }), USUAL);
  await playRun({ ...job(), ci: { provider: "github-actions", ref: "refs/heads/main" } }, USUAL);
  await expectLesson("incomplete", 1);
  await expectLesson("ref", 1);
  await expectLesson("no-job", 1);

  expect(await listBaselines()).toEqual([]);
});

test("a run with a grave finding teaches once somebody has settled that, and not before", async () => {
  const runId = await playRun(job(), [...USUAL, finds("f-1", "high")]);
  await expectLesson("finding", 1);
  expect(await listBaselines()).toEqual([]);
  const [finding] = await findingsOf(runId, 1);
  const until = new Date(Date.now() + 3_600_000).toISOString();
  await asAdmin(`/v1/findings/${finding?.id}/suppress`, { ...SAID, until });

  await expect.poll(async () => (await listBaselines())[0]?.runs).toBe(1);
});

test("what a response was for teaches nothing: an unarmed one's run until somebody expects it, and an armed one's never", async () => {
  const watched = job({ repository: WATCHED });
  for (let run = 0; run < RUNS; run += 1) await playRun(watched, USUAL);
  await expect.poll(async () => (await listBaselines())[0]?.runs).toBe(RUNS);
  const unarmed = await playResponded(watched);
  await expectLesson("finding", 1);
  const [finding] = await findingsOf(unarmed, 1);
  await arm();
  const killed = await playResponded(watched);
  await expectLesson("contained", 1);
  const [again] = await findingsOf(killed, 1);
  await asAdmin(`/v1/findings/${finding?.id}/expected`, SAID);
  await expectLesson("learned", RUNS + 1);

  expect([finding, again]).toMatchObject([{ severity: "medium" }, { severity: "medium" }]);
  expect(await listBaselines()).toMatchObject([{ runs: RUNS + 1 }]);
});

test("a run in which something is found that a rule asks a response for, when it is over, teaches nothing until that is settled", async () => {
  const ci = { ...CI, repository: WATCHED };
  for (let run = 0; run < RUNS; run += 1) await playRun(job(ci), USUAL);
  await expect.poll(async () => (await listBaselines())[0]?.runs).toBe(RUNS);
  await collector[Symbol.asyncDispose]();
  const runId = await storeEnded(ci);
  collector = await start();
  await expectLesson("finding", 1);
  const { body } = await asAdmin(`/v1/runs/${runId}/responses`);
  const [finding] = await findingsOf(runId, 1);
  await asAdmin(`/v1/findings/${finding?.id}/expected`, SAID);

  expect(body).toMatchObject({
    items: [{ action: "kill-job", state: "dry-run", withheld: "over", steps: [] }],
  });
  await expect.poll(async () => (await listBaselines())[0]?.runs).toBe(RUNS + 1);
});

describe("what is expected", () => {
  test("is settled with who and why, and later runs have no finding of it", async () => {
    await learn();
    const runId = await playRun(job({ ref: "refs/pull/7/merge" }), UNUSUAL);
    const [finding] = await findingsOf(runId, 1);
    const { status, body } = await asAdmin(`/v1/findings/${finding?.id}/expected`, SAID);
    const later = await playRun(job({ ref: "refs/pull/7/merge" }), UNUSUAL);
    await expectLesson("ref", 2);

    expect(status).toBe(200);
    expect(body).toMatchObject({ state: "expected", expected: { owner: "Ada", by: "admin" } });
    expect(await listFindings(later)).toEqual([]);
    expect(await listFindings(runId)).toMatchObject([{ state: "expected" }]);
  });

  test("is never what a guard says", async () => {
    const evidence = { cause: { features: [], volumes: [] } };
    const runId = await playRun(job(), [finds("f-1", "medium", evidence)]);
    const [finding] = await findingsOf(runId, 1);

    expect(await asAdmin(`/v1/findings/${finding?.id}/expected`, SAID)).toMatchObject({
      status: 400,
      body: { error: { code: "bad-request" } },
    });
  });
});

test("what is suppressed stays quiet in later runs until its time is over, and stands again then", async () => {
  await learn();
  const pull = job({ ref: "refs/pull/7/merge" });
  const runId = await playRun(pull, UNUSUAL);
  const [finding] = await findingsOf(runId, 1);
  const suppress = (until: number) =>
    asAdmin(`/v1/findings/${finding?.id}/suppress`, {
      ...SAID,
      until: new Date(until).toISOString(),
    });
  const { status } = await suppress(Date.now() + 3_600_000);
  const later = await playRun(pull, UNUSUAL);
  await expectLesson("ref", 2);
  const quiet = await listFindings(later);
  await suppress(Date.now() + 1_000);
  await expect.poll(async () => (await listFindings(runId))[0]?.["state"]).toBe("open");
  const last = await playRun(pull, UNUSUAL);

  expect(status).toBe(200);
  expect(quiet).toMatchObject([{ rule: "new-destination", state: "suppressed" }]);
  expect(await findingsOf(last, 1)).toMatchObject([{ rule: "new-destination", state: "open" }]);
});

test("a collector that was started again goes on where it was, and learns from each run once", async () => {
  await playRun(job(), USUAL);
  const left = await beginRun(job());
  await left.send(USUAL);
  await expect.poll(async () => (await listBaselines())[0]?.runs).toBe(1);
  await restart();
  const again = left.resumeAt(collector.url);
  await again.send([connects("1-a", "registry.npmjs.org")]);
  await again.end();
  await expect.poll(async () => (await listBaselines())[0]?.runs).toBe(2);
  await restart();
  await playRun(job(), USUAL);
  await expect.poll(() => countUntaught(directory)).toBe(0);

  expect(await listBaselines()).toMatchObject([{ runs: 3 }]);
});

test("a baseline is shown, suggests a policy, and begins anew when it is reset", async () => {
  await learn();
  const [listed] = await listBaselines();
  const shown = await asAdmin(`/v1/baselines/${listed?.id}`);
  const suggested = await asAdmin("/v1/policies/suggest?repository=acme/app&job=build");
  const reset = await asAdmin(`/v1/baselines/${listed?.id}/reset`, { reason: "it was rebuilt" });

  expect(shown.body).toMatchObject({
    state: "stable",
    destinations: [
      { program: "npm", domain: "npmjs.org", hosts: ["registry.npmjs.org"], port: 443, runs: RUNS },
      { program: "git", domain: "github.com", hosts: ["github.com"] },
    ],
  });
  expect(suggested.body).toMatchObject({
    runs: RUNS,
    policy: { egress: { mode: "audit", allow: ["github.com", "registry.npmjs.org"] } },
  });
  expect(reset.body).toMatchObject({ state: "learning", runs: 0, destinations: [] });
  await playRun(job(), UNUSUAL);
  await expect.poll(async () => (await listBaselines())[0]?.runs).toBe(1);
});

async function start(): Promise<Collector> {
  return startCollector({
    dataDir: directory,
    listen: { host: "127.0.0.1", port: 0 },
    adminToken: ADMIN_TOKEN,
    agentToken: AGENT_TOKEN,
    detection: DETECTION,
    response: RESPONSE,
    onNewAdminToken: () => {},
    onDefect(error) {
      throw error;
    },
    onStorageFault: () => {},
  });
}

async function restart(): Promise<void> {
  await collector[Symbol.asyncDispose]();
  collector = await start();
}

function asAdmin(path: string, body?: object): Promise<Reply> {
  return ask(
    collector.url,
    ADMIN_TOKEN,
    path,
    body === undefined ? undefined : JSON.stringify(body),
  );
}

/** While nobody looks at what it does. */
async function storeEnded(ci: CiContext): Promise<string> {
  const id = randomUUID();
  const [masterKey = Buffer.alloc(0)] = readKeys(directory);
  const at = Date.now();
  const batches = [{ at, events: toWholeRun(ci, UNUSUAL) }];
  await using store = await openSqliteEventStore({ directory, onFault: () => {}, onEnd: () => {} });
  await storeSignedRun(store, { id, ci, masterKey, startedAt: at, batches, isOver: true });
  return id;
}

/** It goes on until a response to it is decided. */
async function playResponded(played: PlayedJob): Promise<string> {
  const run = await beginRun(played);
  await run.send(UNUSUAL);
  await expect
    .poll(async () => (await asAdmin(`/v1/runs/${run.runId}/responses`)).body)
    .toMatchObject({ items: [{ action: "kill-job" }] });
  await run.end();
  return run.runId;
}

async function arm(): Promise<void> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const body = JSON.stringify({ mode: "armed", reason: "tried for two weeks" });
  const url = new URL("/v1/response", collector.url);
  expect((await fetch(url, { method: "PUT", headers, body })).status).toBe(200);
}

/** As the collector counts them. */
async function expectLesson(lesson: string, count: number): Promise<void> {
  const line = `runner_guard_collector_lessons_total{lesson="${lesson}"} ${count}\n`;
  await expect
    .poll(async () => {
      const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
      return (await fetch(new URL("/metrics", collector.url), { headers })).text();
    })
    .toContain(line);
}

function job(ci: Partial<CiContext> = {}): PlayedJob {
  return { url: collector.url, agentToken: AGENT_TOKEN, ci: { ...CI, ...ci } };
}

async function learn(deeds: readonly Deed[] = USUAL): Promise<void> {
  for (let run = 0; run < RUNS; run += 1) await playRun(job(), deeds);
  await expect.poll(async () => (await listBaselines())[0]?.runs).toBe(RUNS);
}

const baselinesSchema = z.object({
  items: z.array(z.object({ id: z.string(), runs: z.int(), state: z.string(), job: z.string() })),
});

async function listBaselines() {
  const { body } = await asAdmin("/v1/baselines");
  return baselinesSchema.parse(body).items;
}

const findingsSchema = z.object({
  items: z.array(z.looseObject({ id: z.string(), rule: z.string(), severity: z.string() })),
});

async function listFindings(runId?: string) {
  const { body } = await asAdmin(`/v1/findings${runId === undefined ? "" : `?run=${runId}`}`);
  return findingsSchema.parse(body).items;
}

async function findingsOf(runId: string, count: number) {
  await expect.poll(async () => (await listFindings(runId)).length).toBe(count);
  return listFindings(runId);
}
