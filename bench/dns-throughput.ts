/** How many questions the DNS gate answers from its cache on one processor, with the questions made on another. */
import { join } from "node:path";

import { z } from "zod";

import { BENCH_RESOLVER, createBenchNetwork, serveNames } from "./harness/bench-network.ts";
import { describeBlock, startGuarded } from "./harness/block-mode.ts";
import { buildGenerator } from "./harness/build-generator.ts";
import { readGroundTruth } from "./harness/ground-truth.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";

const floodedSchema = z.object({
  did: z.literal("flood-dns"),
  sent: z.int(),
  answered: z.int(),
  failed: z.int(),
  lost: z.int(),
  wallMicroseconds: z.int(),
});

const NAMES = 100;

await runBenchmark(
  {
    name: "dns-throughput",
    about: "answers a second of the DNS gate on one processor, all of them cached",
    options: {
      seconds: { default: 10, quick: 1, help: "length of the flood" },
      window: { default: 64, help: "questions under way at once" },
      runs: { default: 3, quick: 1, help: "floods, each with a guard of its own" },
    },
    async run({ seconds, window, runs }) {
      const measured = [];
      for (let run = 0; run < runs; run += 1) measured.push(await measure(seconds, window));
      return {
        rows: measured.map(({ row }) => row),
        notes: [...new Set(measured.map(({ note }) => note)), "Goal: 20,000 a second, none lost."],
        measured: measured.map(({ flooded }) => flooded),
      };
    },
  },
  process.argv.slice(2),
);

async function measure(seconds: number, window: number) {
  await using network = await createBenchNetwork();
  await serveNames(network);
  const place = await network.place();
  const log = join(place.folder, "log");
  const flood = [log, BENCH_RESOLVER, String(seconds), String(window), String(NAMES)];
  await using guarded = startGuarded(
    place,
    ["taskset", "-c", "1", buildGenerator("flood-dns"), ...flood],
    { allow: ["*.bench.test:443"], before: ["taskset", "-c", "0"] },
  );
  await guarded.nextLine();
  const before = guarded.cpuSeconds();
  await guarded.nextLine();
  const cpuSeconds = guarded.cpuSeconds() - before;
  await guarded.end();
  const [flooded] = readGroundTruth(log, floodedSchema);
  if (flooded === undefined) throw new Error("the flood wrote no log");
  const wallSeconds = flooded.wallMicroseconds / 1e6;
  const row = {
    "answers a second": Math.round(flooded.answered / wallSeconds),
    sent: flooded.sent,
    lost: flooded.lost,
    failed: flooded.failed,
    "guard's CPU s": cpuSeconds.toFixed(2),
    "answers a CPU second": Math.round(flooded.answered / cpuSeconds),
    "CPU µs an answer": ((cpuSeconds * 1e6) / flooded.answered).toFixed(1),
  };
  return { row, flooded, note: describeBlock(guarded.report()) };
}
