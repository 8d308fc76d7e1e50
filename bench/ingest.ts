/** How many events a second the collector takes on one processor, until they are on disk. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { Agent } from "node:http";
import { availableParallelism } from "node:os";
import { join } from "node:path";

import { readDirectorySize } from "./harness/directory-size.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import { startCollector } from "./harness/running-collector.ts";
import { toQuantile } from "./harness/statistics.ts";
import { type Row, toMebibytes } from "./harness/table.ts";
import { createWorkDirectory } from "./harness/work-directory.ts";
import { sendPaced } from "./ingest-of/send-paced.ts";
import {
  createPackEvents,
  createSender,
  type Sender,
  type SenderOptions,
} from "./ingest-of/sender.ts";

const GOALS =
  "Goals, 100 events a batch: 120,000 events a second with some runs, 100,000 with 1,000; at half of that, acknowledged within 50 ms (p99); 350 MB; 4 MB of disk for 50,000 events.";
/** Of what it took at most: what it is asked to take when its delays are measured. */
const PACED_SHARE = 0.5;
/** Of the events, those that are sent for that. */
const PACED_EVENTS = 0.25;

// The collector has the first processor to itself.
if (availableParallelism() > 1) {
  const others = `1-${availableParallelism() - 1}`;
  execFileSync("taskset", ["-acp", others, String(process.pid)], { stdio: "ignore" });
}
await runBenchmark(
  {
    name: "ingest",
    about: "the whole path on one processor: HTTP, MAC, zstd, parse, validate, commit, acknowledge",
    options: {
      events: { default: 1_000_000, quick: 20_000, help: "events that are sent" },
      runs: { default: 16, quick: 4, help: "runs at once; a second measurement has --many" },
      many: {
        default: 1_000,
        quick: 20,
        help: "runs at once in the second measurement; and in the third, of as many jobs",
      },
      batch: { default: 100, help: "events in a batch" },
    },
    async run({ events, runs, many, batch }) {
      const rows: Row[] = [];
      for (const [count, jobs] of [
        [runs, 1],
        [many, 1],
        [many, many],
      ] as const) {
        rows.push(await measure({ events, runs: count, jobs, batch }));
      }
      return { rows, notes: [GOALS], measured: rows };
    },
  },
  process.argv.slice(2),
);

interface Size {
  readonly events: number;
  readonly runs: number;
  /** Each with names of its own. */
  readonly jobs: number;
  readonly batch: number;
}

async function measure({ events, runs, jobs, batch }: Size): Promise<Row> {
  using work = createWorkDirectory();
  const dataDir = join(work.path, "data");
  const token = randomBytes(32).toString("hex");
  await using collector = await startCollector({
    dataDir,
    environment: { RUNNER_GUARD_AGENT_TOKEN: token },
    processor: 0,
  });
  const { url } = collector;
  const agent = new Agent({ keepAlive: true, maxSockets: runs });
  const batches = Math.max(1, Math.round(events / runs / batch));
  const packEvents = createPackEvents(batch);
  const options = { url, token, agent, batches, eventsOfBatch: batch, packEvents };
  const senders = await createSenders(options, { runs, jobs });
  const before = collector.readCpuSeconds();
  const startedAt = performance.now();
  await Promise.all(senders.map(sendAll));
  const seconds = (performance.now() - startedAt) / 1_000;
  const after = collector.readCpuSeconds();
  const [user, system] = [after.user - before.user, after.system - before.system];
  const sent = runs * batches * batch;
  const perSecond = sent / seconds;
  const pacedBatches = Math.max(1, Math.round(batches * PACED_EVENTS));
  const pacedDelays = await sendPaced(
    await createSenders({ ...options, batches: pacedBatches }, { runs, jobs }),
    { count: runs * pacedBatches, perSecond: (perSecond * PACED_SHARE) / batch },
  );
  const stored = sent + runs * pacedBatches * batch;
  agent.destroy();
  return {
    runs,
    jobs,
    events: sent,
    "per second": Math.round(perSecond),
    "µs of CPU per event": (((user + system) * 1e6) / sent).toFixed(2),
    "of that in the kernel": ((system * 1e6) / sent).toFixed(2),
    "at half that, ack p50 ms": toQuantile(pacedDelays, 0.5).toFixed(1),
    "p99 ms": toQuantile(pacedDelays, 0.99).toFixed(1),
    "peak MiB": toMebibytes(collector.readBytes("VmHWM")),
    "disk, bytes per event": (readDirectorySize(dataDir) / stored).toFixed(1),
  };
}

async function createSenders(
  options: Omit<SenderOptions, "job">,
  { runs, jobs }: Pick<Size, "runs" | "jobs">,
): Promise<readonly Sender[]> {
  const senders: Sender[] = [];
  for (let index = 0; index < runs; index += 1) {
    senders.push(await createSender({ ...options, job: index % jobs }));
  }
  return senders;
}

async function sendAll(sender: Sender): Promise<void> {
  while (await sender.sendNext());
}
