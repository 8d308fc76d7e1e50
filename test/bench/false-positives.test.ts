import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";
import { z } from "zod";

import { ATTACKS } from "../../bench/false-positives/attacks.ts";
import { createDetector, foldRun } from "../../bench/false-positives/detector.ts";
import { drawMood } from "../../bench/false-positives/draw-mood.ts";
import { createPipeline } from "../../bench/false-positives/pipeline.ts";
import { type PlayedRun, playRun } from "../../bench/false-positives/play-run.ts";
import { RATES } from "../../bench/false-positives/rates.ts";
import { readRecordings, RECORDINGS } from "../../bench/false-positives/recording.ts";
import { simulate } from "../../bench/false-positives/simulate.ts";
import { toFigures } from "../../bench/false-positives/summarise.ts";
import { createRandom } from "../../bench/redact/random.ts";
import { startCollector } from "../../collector/collector.ts";
import { USUAL_DETECTION } from "../../collector/detection/detection-file.ts";
import { type GuardEvent, guardEventSchema, startRunResponseSchema } from "../../protocol/index.ts";
import { ask, GuardClient, newClaim, startRequest } from "../collector/support/guard-client.ts";

const recordings = readRecordings();

test("honest pipelines are told of in few jobs, and all new destinations are found", () => {
  const usual = { recordings, rates: RATES, seed: 3, isAnswered: true, attackEach: 5 };
  const outcome = simulate({ ...usual, pipelines: 7, runs: 75, learnRuns: [20] }).get(20);
  const figures = outcome === undefined ? undefined : toFigures(outcome);

  expect(figures?.jobs).toBeGreaterThan(250);
  expect(figures?.newDestinations).toBeGreaterThan(10);
  expect(figures?.newDestinationsFound).toBe(figures?.newDestinations);
  // Of one seed it is a number, of which there may be one more than when this was written: "just went to bazel.build".
  expect(outcome?.falseAlerts.filter(({ severity }) => LOUD.has(severity)).length).toBeLessThan(3);
});

test("one seed makes the same runs, and another one others", () => {
  const [first, second, other] = [7, 7, 8].map((seed) => JSON.stringify(endOf(playOne(seed, 0))));

  expect(second).toBe(first);
  expect(other).not.toBe(first);
});

test("a run begins as its guard would tell of it: with its own fork, or with a runner that was there before", () => {
  const first = [0, 1, 2].map((number) =>
    endOf(playOne(7, 0, number)).find(({ kind }) => kind === "process-started"),
  );

  expect(first).toMatchObject([
    { executed: false, executable: "", parent: null },
    { executed: false, executable: "", parent: null },
    { executed: false, executable: expect.stringContaining("Runner.Worker"), parent: null },
  ]);
});

test("what is played is what a guard may tell", () => {
  const faults = endOf(playOne(7, 0)).flatMap(
    (event) => guardEventSchema.safeParse(event).error?.issues ?? [],
  );

  expect(faults).toEqual([]);
});

test("recordings name no folder of the machine that they were made on, and are small", () => {
  const paths = readdirSync(RECORDINGS).map((name) => join(RECORDINGS, name));
  const texts = paths.map((path) => readFileSync(path, "utf8"));

  expect(texts.filter((text) => /\/root\/|runner-guard-bench|"\/work\//.test(text))).toEqual([]);
  expect(paths.reduce((sum, path) => sum + statSync(path).size, 0)).toBeLessThan(500_000);
});

test("a collector finds in the runs of a job what the simulation says that it does", async () => {
  const learnRuns = 3;
  const directory = mkdtempSync(join(tmpdir(), "collector-"));
  const detector = createDetector(learnRuns);
  try {
    await using collector = await startCollector({
      dataDir: directory,
      listen: { host: "127.0.0.1", port: 0 },
      adminToken: ADMIN_TOKEN,
      agentToken: AGENT_TOKEN,
      detection: { learn: { ...USUAL_DETECTION.learn, runs: learnRuns } },
      onNewAdminToken: () => {},
      onDefect(error) {
        throw error;
      },
      onStorageFault: () => {},
    });
    for (let run = 0; run < learnRuns; run += 1) {
      const events = endOf(playOne(run, run));
      detector.conclude(foldRun(events), { ref: MAIN, anomalies: [], at: run });
      await send(collector.url, events, MAIN);
      await expect.poll(() => countLearned(collector.url)).toBe(run + 1);
    }
    const attacked = playOne(11, learnRuns);
    const tried = ATTACKS.filter(({ kind }) => TO_TRY.has(kind));
    expect(tried.map(({ play }) => play(attacked, createRandom(1)))).toEqual(tried.map(() => true));
    const events = endOf(attacked);
    const expected = detector.judge(foldRun(events)).map(toTold).toSorted();
    const runId = await send(collector.url, events, "refs/pull/7/merge");

    expect(expected.length).toBeGreaterThan(2);
    await expect.poll(() => listTold(collector.url, runId)).toEqual(expected);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

const LOUD: ReadonlySet<string> = new Set(["medium", "high"]);
const AGENT_TOKEN = "agent-token-of-the-tests-0123456789";
const ADMIN_TOKEN = "admin-token-of-the-tests-0123456789";
const MAIN = "refs/heads/main";
const TO_TRY = new Set([
  "own domain",
  "own name at a shared host",
  "address without a name",
  "dropped program that talks to nobody new",
]);
/** A collector that sees a run go on asks how long that has been. */
const BEGUN_BEFORE_MS = 300_000;

function playOne(seed: number, number: number, kind = 0): PlayedRun {
  const pipeline = createPipeline(kind, RATES, createRandom(1));
  const [leg = { name: "", renames: new Map<string, string>() }] = pipeline.legs;
  const mood = { ...drawMood(RATES, true, createRandom(1)), isFailing: false };
  const startMs = STARTED_MS + number * 1_000;
  return playRun({ pipeline, leg, mood, startMs, ref: MAIN }, recordings, createRandom(seed));
}

const STARTED_MS = Date.now() - BEGUN_BEFORE_MS;

function endOf({ writer, exitCode }: PlayedRun): readonly GuardEvent[] {
  return writer.end(exitCode);
}

async function send(url: string, events: readonly GuardEvent[], ref: string): Promise<string> {
  const ci = { provider: "github-actions", repository: "acme/app", job: "test", ref };
  const body = JSON.stringify({ ...startRequest(newClaim()), ci });
  const reply = await ask(url, AGENT_TOKEN, "/v1/runs", body);
  const guard = GuardClient.goOn(url, AGENT_TOKEN, startRunResponseSchema.parse(reply.body));
  const lines = events.map((event) => JSON.stringify(event));
  expect(await guard.send({ firstSeq: 1, lines })).toMatchObject({ status: 200 });
  expect(await guard.finish(events.length)).toMatchObject({ status: 200 });
  return guard.run.runId;
}

async function countLearned(url: string): Promise<number | undefined> {
  const { body } = await ask(url, ADMIN_TOKEN, "/v1/baselines");
  return z.object({ items: z.array(z.object({ runs: z.int() })) }).parse(body).items[0]?.runs;
}

const findingSchema = z.object({ rule: z.string(), severity: z.string(), message: z.string() });

async function listTold(url: string, runId: string): Promise<string[]> {
  const { body } = await ask(url, ADMIN_TOKEN, `/v1/findings?run=${runId}`);
  return z
    .object({ items: z.array(findingSchema) })
    .parse(body)
    .items.map(toTold)
    .toSorted();
}

function toTold({ rule, severity, message }: z.infer<typeof findingSchema>): string {
  return [rule, severity, message].join(" ");
}
