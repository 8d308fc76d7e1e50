/** How long a finding takes to whoever is woken: from when the agent sends it until the pager has accepted the page, while others send. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { startJob, startPagedFleet, toFindingLine } from "./alerts-of/paged-fleet.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import { startCollector } from "./harness/running-collector.ts";
import { toQuantile } from "./harness/statistics.ts";
import type { Row } from "./harness/table.ts";
import { createWorkDirectory } from "./harness/work-directory.ts";
import { startOtherLoad } from "./kill-delay-of/other-load.ts";

const GOAL = "Goal: p99 of 1,000 ms.";
const LOAD = { runs: 16, eventsOfBatch: 100 };
/** Between two findings. */
const REST_MS = 20;
/** Until the load is even. */
const WARM_UP_MS = 1_000;
/** A page with its rest takes less, and the load has to outlast them. */
const MAX_PAGE_SECONDS = 0.25;
const MAX_WAIT_MS = 30_000;

await runBenchmark(
  {
    name: "page-delay",
    about: "from a finding that an agent sends until the pager has accepted its page",
    options: {
      pages: {
        default: 200,
        quick: 5,
        help: "findings, one after the other, each of a job of its own",
      },
      events: { default: 50_000, quick: 1_000, help: "events a second that others send" },
    },
    async run(settings) {
      const rows = [await measure({ ...settings, events: 0 }), await measure(settings)];
      return { rows, notes: [GOAL], measured: rows };
    },
  },
  process.argv.slice(2),
);

interface Size {
  readonly pages: number;
  readonly events: number;
}

async function measure({ pages, events }: Size): Promise<Row> {
  using work = createWorkDirectory();
  let accepted = Promise.withResolvers<number>();
  await using fleet = await startPagedFleet(work.path, () => accepted.resolve(performance.now()));
  const token = randomBytes(32).toString("hex");
  await using collector = await startCollector({
    dataDir: join(work.path, "data"),
    environment: { RUNNER_GUARD_AGENT_TOKEN: token, RUNNER_GUARD_ALERTING: fleet.alertingFile },
  });
  const { url } = collector;
  const seconds = Math.ceil(WARM_UP_MS / 1_000 + pages * MAX_PAGE_SECONDS);
  const load = { url, token, ...LOAD, perSecond: events, seconds };
  await using others = events === 0 ? undefined : await startOtherLoad(load);
  await pause(WARM_UP_MS);
  const delays: number[] = [];
  const stored: number[] = [];
  for (let job = 0; job < pages; job += 1) {
    const guard = await startJob(url, token, job);
    const line = toFindingLine({ seq: 1, id: "reverse-shell-1", message: `sh talks to ${job}.` });
    accepted = Promise.withResolvers<number>();
    const sentAt = performance.now();
    await guard.send({ firstSeq: 1, lines: [line] });
    stored.push(performance.now() - sentAt);
    delays.push((await waitFor(accepted.promise)) - sentAt);
    await pause(REST_MS);
  }
  const measured = await others?.measure();
  return {
    pages: delays.length,
    "other events per second": Math.round(measured?.perSecond ?? 0),
    "p50 ms": toQuantile(delays, 0.5).toFixed(1),
    "p99 ms": toQuantile(delays, 0.99).toFixed(1),
    "at most ms": toQuantile(delays, 1).toFixed(1),
    "of that on disk, p50": toQuantile(stored, 0.5).toFixed(1),
    p99: toQuantile(stored, 0.99).toFixed(1),
  };
}

async function waitFor(accepted: Promise<number>): Promise<number> {
  const late = pause(MAX_WAIT_MS, undefined, { ref: false });
  const at = await Promise.race([accepted, late]);
  if (at === undefined) throw new Error(`no page within ${MAX_WAIT_MS} ms`);
  return at;
}
