/** A storm: findings by the thousand over many jobs. Each incident is paged once, none is lost, and the collector does not grow with them. */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { z } from "zod";

import {
  ask,
  type BatchToSend,
  type GuardClient,
  stopped,
} from "../test/collector/support/guard-client.ts";
import {
  type PagedFleet,
  startJob,
  startPagedFleet,
  toFindingLine,
} from "./alerts-of/paged-fleet.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import { type RunningCollector, startCollector } from "./harness/running-collector.ts";
import { toMebibytes } from "./harness/table.ts";
import { createWorkDirectory } from "./harness/work-directory.ts";

const GOAL =
  "Goal: 100,000 findings in a minute over 500 jobs: pages = incidents, none lost, memory flat.";
const FINDINGS_OF_BATCH = 20;
/** Of one rule in one job: as many are told apart. */
const CAUSES_OF_JOB = 16;
/** Jobs that send at the same time. */
const AT_ONCE = 16;
const SAMPLE_MS = 1_000;
const UNANSWERED = 0;
const MAX_SETTLE_MS = 120_000;
const STEADY_SHARE = 0.25;
const WATCH_STOPS = fileURLToPath(new URL("generators/watch-stops.mjs", import.meta.url));

const pageSchema = z.object({
  items: z.array(z.object({ findings: z.int() })),
  nextCursor: z.string().nullable(),
});

await runBenchmark(
  {
    name: "alert-storm",
    about:
      "findings over many jobs, all of them paged; then beside many open incidents, each of a cause of its own",
    options: {
      findings: { default: 100_000, quick: 2_000, help: "findings that are sent" },
      jobs: { default: 500, quick: 20, help: "jobs, each with a run" },
      seconds: { default: 60, quick: 2, help: "over which they are sent" },
      open: { default: 4_000, quick: 160, help: "incidents that are open before the second storm" },
      causes: {
        default: 20_000,
        quick: 400,
        help: "findings of the second storm, all of new causes",
      },
    },
    async run({ findings, jobs, seconds, open, causes }) {
      const usual = { findings, jobs, seconds, open: 0 };
      const share = causes / findings;
      const known = await measureStorm("one a job", usual, () => toKnownCause);
      const hostile = { findings: causes, jobs, seconds: Math.max(1, seconds * share), open };
      const fresh = await measureStorm("all new", hostile, (job) => (seq) => `${job}-${seq}`);
      const rows = [known, fresh].map(({ row }) => row);
      const isWhole = known.isWhole && fresh.isWhole;
      const verdict = isWhole ? "Pages = incidents, and none was lost." : "NOT ALL WAS TOLD.";
      if (!isWhole) process.exitCode = 1;
      const sizes = [known, fresh].map((one) => one.sizes);
      return { rows, notes: [GOAL, verdict], measured: { rows, sizes } };
    },
  },
  process.argv.slice(2),
);

interface Storm {
  readonly findings: number;
  readonly jobs: number;
  readonly seconds: number;
  /** Incidents that are there before it begins. */
  readonly open: number;
}

/** What makes a finding of a job another one's like, or none's. */
type NameCause = (job: number) => (seq: number) => string;

function toKnownCause(): string {
  return "known";
}

async function measureStorm(causes: string, storm: Storm, nameCause: NameCause) {
  using work = createWorkDirectory();
  await using fleet = await startPagedFleet(work.path);
  const [agent, admin] = [newToken(), newToken()];
  const stops = join(work.path, "stops");
  await using collector = await startCollector({
    dataDir: join(work.path, "data"),
    environment: {
      RUNNER_GUARD_AGENT_TOKEN: agent,
      RUNNER_GUARD_ADMIN_TOKEN: admin,
      RUNNER_GUARD_ALERTING: fleet.alertingFile,
      RUNNER_GUARD_BENCH_STOPS: stops,
      NODE_OPTIONS: `--import=${WATCH_STOPS}`,
    },
  });
  const ends = { collector, admin, fleet };
  const opened = await openIncidents(ends, agent, storm.open);
  const stopsBefore = readStops(stops).length;
  const cpuBefore = collector.readCpuSeconds();
  const sizes: number[] = [];
  using _ = sample(() => sizes.push(collector.readBytes("VmRSS")));
  const startedAt = performance.now();
  await sendStorm(collector, agent, { ...storm, nameCause });
  const sentSeconds = (performance.now() - startedAt) / 1_000;
  const counts = await settle(ends, opened + storm.findings);
  const settledSeconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = collector.readCpuSeconds();
  const steady = sizes.slice(Math.floor(sizes.length * STEADY_SHARE));
  const half = Math.floor(steady.length / 2);
  const [before, after] = [steady.slice(0, half), steady.slice(half)].map((part) =>
    Math.max(...part),
  );
  const row = {
    causes,
    findings: storm.findings,
    jobs: storm.jobs,
    "open before": opened,
    "sent in s": sentSeconds.toFixed(1),
    incidents: counts.incidents,
    pages: counts.pages,
    "counted in incidents": counts.findings,
    "all settled after s": settledSeconds.toFixed(1),
    "CPU s": (user + system - cpuBefore.user - cpuBefore.system).toFixed(1),
    "longest stop ms": Math.max(...readStops(stops).slice(stopsBefore)),
    "RSS MiB, first half": toMebibytes(before ?? 0),
    "second half": toMebibytes(after ?? 0),
    "peak MiB": toMebibytes(collector.readBytes("VmHWM")),
  };
  const isWhole = counts.pages === counts.incidents && counts.findings === opened + storm.findings;
  return { row, sizes, isWhole };
}

/** Of its main thread, in milliseconds, the oldest first. */
function readStops(file: string): readonly number[] {
  return existsSync(file) ? readFileSync(file, "latin1").trim().split("\n").map(Number) : [];
}

/** As many as are asked for, each of a cause of its own and paged. */
async function openIncidents(ends: Ends, token: string, open: number): Promise<number> {
  for (let first = 0; first < open; first += CAUSES_OF_JOB) {
    const guard = await startJob(ends.collector.url, token, -1 - first);
    const size = Math.min(CAUSES_OF_JOB, open - first);
    await sendBatch(guard, {
      firstSeq: 1,
      lines: makeLines({ job: first, first: 1, last: size }, String),
    });
    await sayGoodbye(guard, size);
  }
  if (open > 0) await settle(ends, open);
  return open;
}

function newToken(): string {
  return randomBytes(32).toString("hex");
}

function sample(take: () => void): Disposable {
  const timer = setInterval(take, SAMPLE_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Each job its share, a batch at a time, evenly over the time. What a run sends follows on what it sent before. */
async function sendStorm(
  { url }: RunningCollector,
  token: string,
  { findings, jobs, seconds, nameCause }: Storm & { readonly nameCause: NameCause },
): Promise<void> {
  const guards: GuardClient[] = [];
  for (let job = 0; job < jobs; job += 1) guards.push(await startJob(url, token, job));
  const ofJob = Math.ceil(findings / jobs);
  const rounds = Math.ceil(ofJob / FINDINGS_OF_BATCH);
  const startedAt = performance.now();
  const sendLane = async (lane: number): Promise<void> => {
    for (let round = 0; round < rounds; round += 1) {
      for (let job = lane; job < jobs; job += AT_ONCE) {
        const share = (round * jobs + job) / (rounds * jobs);
        const early = startedAt + share * seconds * 1_000 - performance.now();
        if (early > 0) await pause(early);
        const guard = guards[job];
        const firstSeq = round * FINDINGS_OF_BATCH + 1;
        const last = Math.min(firstSeq + FINDINGS_OF_BATCH - 1, ofJob);
        const lines = makeLines({ job, first: firstSeq, last }, nameCause(job));
        if (guard !== undefined) await sendBatch(guard, { firstSeq, lines });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, lane) => sendLane(lane)));
  for (const guard of guards) await sayGoodbye(guard, ofJob);
}

/** A guard that just sends no more is a finding, too, and not one of those that are counted here. */
async function sayGoodbye(guard: GuardClient, lastSeq: number): Promise<void> {
  const firstSeq = lastSeq + 1;
  await sendBatch(guard, { firstSeq, lines: [stopped(firstSeq)] });
  const { status, body } = await guard.finish(firstSeq);
  if (status !== 200) throw new Error(`the collector answered ${status}: ${JSON.stringify(body)}`);
}

interface Lines {
  readonly job: number;
  readonly first: number;
  readonly last: number;
}

/** What they say makes them of one cause or another. */
function makeLines(
  { job, first, last }: Lines,
  toCause: (seq: number) => string,
): readonly string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const seq = first + index;
    const message = `sh talks to ${toCause(seq)}.${job}.example.`;
    return toFindingLine({ seq, id: `reverse-shell-${seq}`, message });
  });
}

/** A connection that the collector has just closed, since nothing came by it for long: as an agent does, it is sent again. */
function toUnanswered(error: unknown): { readonly status: number; readonly body: unknown } {
  return { status: UNANSWERED, body: String(error) };
}

async function sendBatch(guard: GuardClient, batch: BatchToSend): Promise<void> {
  for (;;) {
    const { status, body } = await guard.send(batch).catch(toUnanswered);
    if (status === 200) return;
    if (status !== 429 && status !== UNANSWERED)
      throw new Error(`the collector answered ${status}: ${JSON.stringify(body)}`);
    await pause(SAMPLE_MS);
  }
}

interface Ends {
  readonly collector: RunningCollector;
  readonly admin: string;
  readonly fleet: PagedFleet;
}

/** When all findings are counted and each incident is paged; or what there is by then. */
async function settle(ends: Ends, findings: number) {
  const deadline = performance.now() + MAX_SETTLE_MS;
  for (;;) {
    const counts = await count(ends);
    const isWhole = counts.findings >= findings && counts.pages >= counts.incidents;
    if (isWhole || performance.now() > deadline) return counts;
    await pause(SAMPLE_MS / 4);
  }
}

async function count({ collector: { url }, admin, fleet }: Ends) {
  const counts = { incidents: 0, findings: 0, pages: 0 };
  for (let cursor: string | null = ""; cursor !== null;) {
    const after: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await ask(url, admin, `/v1/incidents?limit=500${after}`);
    const { items, nextCursor } = pageSchema.parse(body);
    counts.incidents += items.length;
    for (const { findings } of items) counts.findings += findings;
    cursor = nextCursor;
  }
  for (const { pages } of fleet.pager.alerts.values()) counts.pages += pages;
  return counts;
}
