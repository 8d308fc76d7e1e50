/** Hostile requests by the million: the collector lives, does not grow, refuses each with a reason, and no other run changes. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";

import { attackCollector } from "../test/collector/support/attack-collector.ts";
import {
  type CollectorProcess,
  startCollectorProcess,
} from "../test/collector/support/collector-process.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import { toMebibytes } from "./harness/table.ts";
import { createWorkDirectory } from "./harness/work-directory.ts";

/** What the second half of the requests may add to what the first half has left. */
const MAX_GROWTH_BYTES = 67_108_864;

await runBenchmark(
  {
    name: "ingest-soak",
    about: "hostile requests: made of honest ones, and of no requests at all",
    options: {
      requests: { default: 1_000_000, quick: 2_000, help: "requests that are sent" },
      minutes: { default: 720, quick: 5, help: "after which no more are sent" },
      seed: { default: 1, help: "where chance begins" },
    },
    async run({ requests, minutes, seed }) {
      using work = createWorkDirectory();
      const tokens = {
        agentToken: randomBytes(32).toString("hex"),
        adminToken: randomBytes(32).toString("hex"),
      };
      await using collector = await startCollectorProcess({
        dataDir: join(work.path, "data"),
        ...tokens,
      });
      const { url } = collector;
      const sizes: number[] = [];
      const onProgress = (): unknown => sizes.push(collector.residentBytes());
      const { sent, statuses, faults } = await attackCollector({
        url,
        ...tokens,
        requests,
        seed,
        maxMs: minutes * 60_000,
        onProgress,
      });
      const growth = toGrowth(sizes);
      const ended = await collector.end("SIGTERM");
      const wrong = [...faults, ...findFaults(collector, ended, growth)];
      if (wrong.length > 0) throw new Error(wrong.join("\n"));
      const rows = Object.entries(statuses).map(([status, count]) => ({ status, count }));
      const notes = [
        `${sent} requests were sent.`,
        `Memory: ${toMebibytes(Math.max(...sizes))} MiB at most, ${toMebibytes(growth)} MiB more in the second half.`,
      ];
      return { rows, notes, measured: { sent, statuses, growth } };
    },
  },
  process.argv.slice(2),
);

function toGrowth(sizes: readonly number[]): number {
  const half = Math.floor(sizes.length / 2);
  return Math.max(0, ...sizes.slice(half)) - Math.max(0, ...sizes.slice(0, half));
}

function findFaults(collector: CollectorProcess, [status]: unknown[], growth: number): string[] {
  const faults: string[] = [];
  if (status !== 0) faults.push(`the collector ended with ${String(status)}: ${collector.said()}`);
  if (growth > MAX_GROWTH_BYTES) faults.push(`it grew by ${growth} bytes`);
  return faults;
}
