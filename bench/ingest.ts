/** How many events a second the collector takes on one processor, until they are on disk. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { Agent } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { runBenchmark } from "./harness/run-benchmark.ts";
import { toQuantile } from "./harness/statistics.ts";
import { type Row, toMebibytes } from "./harness/table.ts";
import { createWorkDirectory } from "./harness/work-directory.ts";
import { sendPaced } from "./ingest-of/send-paced.ts";
import { createSender, type Sender, type SenderOptions } from "./ingest-of/sender.ts";

const COLLECTOR = fileURLToPath(new URL("../bin/runner-guard-collector", import.meta.url));
const GOALS =
  "Goals, 100 events a batch: 120,000 events a second with some runs, 100,000 with 1,000; at half of that, acknowledged within 50 ms (p99); 350 MB; 4 MB of disk for 50,000 events.";
/** Of what it took at most: what it is asked to take when its delays are measured. */
const PACED_SHARE = 0.5;
/** Of the events, those that are sent for that. */
const PACED_EVENTS = 0.25;

await runBenchmark(
  {
    name: "ingest",
    about: "the whole path on one processor: HTTP, MAC, zstd, parse, validate, commit, acknowledge",
    options: {
      events: { default: 1_000_000, quick: 20_000, help: "events that are sent" },
      runs: { default: 16, quick: 4, help: "runs at once; a second measurement has --many" },
      many: { default: 1_000, quick: 20, help: "runs at once in the second measurement" },
      batch: { default: 100, help: "events in a batch" },
    },
    async run({ events, runs, many, batch }) {
      const rows: Row[] = [];
      for (const count of [runs, many]) rows.push(await measure({ events, runs: count, batch }));
      return { rows, notes: [GOALS], measured: rows };
    },
  },
  process.argv.slice(2),
);

interface Size {
  readonly events: number;
  readonly runs: number;
  readonly batch: number;
}

async function measure({ events, runs, batch }: Size): Promise<Row> {
  using work = createWorkDirectory();
  const dataDir = join(work.path, "data");
  const token = randomBytes(32).toString("hex");
  const collector = spawn(
    "taskset",
    ["-c", "0", COLLECTOR, "serve", "--listen", "127.0.0.1:0", "--data-dir", dataDir],
    {
      env: { ...process.env, RUNNER_GUARD_AGENT_TOKEN: token },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  try {
    const url = await readUrl(collector);
    // A line for each run: what nobody reads is waited for.
    collector.stderr?.on("data", () => {});
    const agent = new Agent({ keepAlive: true, maxSockets: runs });
    const batches = Math.max(1, Math.round(events / runs / batch));
    const options = { url, token, agent, batches, eventsOfBatch: batch };
    const senders = await createSenders(options, runs);
    const before = readCpuSeconds(collector);
    const startedAt = performance.now();
    await Promise.all(senders.map(sendAll));
    const seconds = (performance.now() - startedAt) / 1_000;
    const after = readCpuSeconds(collector);
    const [user, system] = [after.user - before.user, after.system - before.system];
    const sent = runs * batches * batch;
    const perSecond = sent / seconds;
    const pacedBatches = Math.max(1, Math.round(batches * PACED_EVENTS));
    const pacedDelays = await sendPaced(
      await createSenders({ ...options, batches: pacedBatches }, runs),
      { count: runs * pacedBatches, perSecond: (perSecond * PACED_SHARE) / batch },
    );
    const stored = sent + runs * pacedBatches * batch;
    agent.destroy();
    return {
      runs,
      events: sent,
      "per second": Math.round(perSecond),
      "µs of CPU per event": (((user + system) * 1e6) / sent).toFixed(2),
      "of that in the kernel": ((system * 1e6) / sent).toFixed(2),
      "at half that, ack p50 ms": toQuantile(pacedDelays, 0.5).toFixed(1),
      "p99 ms": toQuantile(pacedDelays, 0.99).toFixed(1),
      "peak MiB": toMebibytes(readPeakBytes(collector)),
      "disk, bytes per event": (sizeOf(dataDir) / stored).toFixed(1),
    };
  } finally {
    collector.kill("SIGTERM");
    await once(collector, "exit");
  }
}

async function createSenders(options: SenderOptions, count: number): Promise<readonly Sender[]> {
  const senders: Sender[] = [];
  for (let index = 0; index < count; index += 1) senders.push(await createSender(options));
  return senders;
}

async function sendAll(sender: Sender): Promise<void> {
  while (await sender.sendNext());
}

async function readUrl({ stderr }: ChildProcess): Promise<string> {
  let text = "";
  for await (const chunk of stderr?.iterator({ destroyOnReturn: false }) ?? []) {
    text += String(chunk);
    const url = /ready: (\S+),/.exec(text)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error(`the collector did not start: ${text}`);
}

/** taskset becomes the collector by exec. User and system time are fields 14 and 15 of proc_pid_stat(5), in ticks of 10 ms. */
function readCpuSeconds({ pid }: ChildProcess): { user: number; system: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.split(" ") ?? [];
  return { user: Number(fields[11]) / 100, system: Number(fields[12]) / 100 };
}

function readPeakBytes({ pid }: ChildProcess): number {
  const [, kilobytes = "0"] =
    /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "latin1")) ?? [];
  return Number(kilobytes) * 1_024;
}

function sizeOf(directory: string): number {
  return readdirSync(directory).reduce(
    (sum, name) => sum + statSync(join(directory, name)).size,
    0,
  );
}
