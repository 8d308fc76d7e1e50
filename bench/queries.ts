/** How soon the collector answers what pages ask for, when it has much stored; and what that takes of the disk. */
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { signRemoval } from "../collector/ingest/removal-signature.ts";
import { removeOld } from "../collector/retention/remove-old.ts";
import { openSqliteEventStore } from "../collector/storage/sqlite/sqlite-event-store.ts";
import { readDirectorySize } from "./harness/directory-size.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import { startCollector } from "./harness/running-collector.ts";
import { toQuantile } from "./harness/statistics.ts";
import { type Row, toMebibytes } from "./harness/table.ts";
import { createWorkDirectory } from "./harness/work-directory.ts";
import { fillStore, REPOSITORY, TENANT } from "./queries-of/fill-store.ts";

const GOALS =
  "Goals with 5 million events: the last 100 events of a run within 20 ms, a repository's destinations of 7 days within 10 ms; 4 MB of disk for 50,000 events.";
const MS_A_DAY = 86_400_000;
const DAYS = 7;
const ROUNDS = 50;

await runBenchmark(
  {
    name: "queries",
    about: "what pages ask for, with much stored by what writes at ingest",
    options: {
      runs: { default: 100, quick: 4, help: "runs that are stored" },
      events: { default: 50_000, quick: 2_000, help: "events of a run" },
      batch: { default: 100, help: "events in a batch" },
      jobs: { default: 10, quick: 2, help: "jobs of the repository" },
    },
    async run({ runs, events, batch, jobs }) {
      using work = createWorkDirectory();
      const masterKey = randomBytes(32);
      writeFileSync(join(work.path, "master.key"), `${masterKey.toString("hex")}\n`, {
        mode: 0o600,
      });
      const filledIn = performance.now();
      const runIds = await fill(work.path, {
        runs,
        eventsOfRun: events,
        eventsOfBatch: batch,
        jobs,
        days: DAYS,
        masterKey,
      });
      const seconds = ((performance.now() - filledIn) / 1_000).toFixed(1);
      const bytes = readDirectorySize(work.path);
      const rows: Row[] = [
        ...(await measureStore(work.path)),
        await measureEvents(work.path, runIds, events),
        await measureRemoval(work.path, masterKey),
      ];
      const notes = [
        `${runs * events} events were stored in ${seconds} s: ${toMebibytes(bytes)} MiB, ${(((bytes / runs / events) * 50_000) / 1e6).toFixed(2)} MB for 50,000 events.`,
        GOALS,
        "Events are shown once it is on disk who asked for them: most of that time is one sync of the audit log. p99 has the first call, before anything is compiled.",
      ];
      return { rows, notes, measured: rows };
    },
  },
  process.argv.slice(2),
);

async function fill(directory: string, options: Parameters<typeof fillStore>[1]) {
  await using store = await openStore(directory);
  return await fillStore(store, options);
}

function openStore(directory: string) {
  return openSqliteEventStore({
    directory,
    onFault: fail,
    onEnd: fail,
    maxLoad: { writes: 100_000, bytes: 4_294_967_296 },
  });
}

function fail(reason: unknown): never {
  throw new Error("it could not be stored", { cause: reason });
}

async function measureStore(directory: string): Promise<Row[]> {
  await using store = await openStore(directory);
  const since = new Date(Date.now() - (DAYS - 1) * MS_A_DAY).toISOString().slice(0, 10);
  const scope = { tenant: TENANT, repository: REPOSITORY, since, limit: 100 };
  return [
    measure(
      "destinations of a repository, 7 days",
      () => store.listDestinations(scope).items.length,
    ),
    measure("names of a repository, 7 days", () => store.listNames(scope).items.length),
    measure("programs of a repository, 7 days", () => store.listPrograms(scope).items.length),
  ];
}

function measure(query: string, ask: () => number): Row {
  let found = 0;
  const times = Array.from({ length: ROUNDS }, () => {
    const startedAt = performance.now();
    found = ask();
    return performance.now() - startedAt;
  });
  return toRow(query, found, times);
}

/** Over HTTP, as a page gets them. */
async function measureEvents(
  directory: string,
  runIds: readonly string[],
  eventsOfRun: number,
): Promise<Row> {
  const token = randomBytes(32).toString("hex");
  await using collector = await startCollector({
    dataDir: directory,
    environment: { RUNNER_GUARD_ADMIN_TOKEN: token },
  });
  const times: number[] = [];
  let found = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const runId = runIds[(round * 7) % runIds.length] ?? "";
    const startedAt = performance.now();
    const response = await fetch(
      new URL(`/v1/runs/${runId}/events?after=${eventsOfRun - 100}&limit=100`, collector.url),
      { headers: { authorization: `Bearer ${token}` } },
    );
    const answer: unknown = await response.json();
    times.push(performance.now() - startedAt);
    const items: unknown = Reflect.get(Object(answer), "items");
    found = Array.isArray(items) ? items.length : 0;
  }
  return toRow("last 100 events of a run, by HTTP", found, times);
}

/** How long a batch waits at most for a piece of what is removed beside it. */
async function measureRemoval(directory: string, masterKey: Buffer): Promise<Row> {
  await using store = await openStore(directory);
  const times: number[] = [];
  const removed = await removeOld({
    store,
    remover: store,
    rules: { usual: { events: 3, runs: 400, audit: 400 }, ofTenants: new Map() },
    now: Date.now(),
    sign: ({ id }, removal) => signRemoval(masterKey, id, removal),
    pause: async (tookMs) => void times.push(tookMs),
    signal: new AbortController().signal,
    uptime: () => performance.now(),
  });
  return toRow("a piece of what is too old, removed", removed.batches, times);
}

function toRow(query: string, found: number, times: readonly number[]): Row {
  const milliseconds = [...times];
  return {
    query,
    found,
    "p50 ms": toQuantile(milliseconds, 0.5).toFixed(2),
    "p99 ms": toQuantile(milliseconds, 0.99).toFixed(2),
  };
}
