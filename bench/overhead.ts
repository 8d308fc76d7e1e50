/** What guarding costs a build that compiles and packs, in pairs of runs with and without. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { z } from "zod";

import { buildGenerator } from "./harness/build-generator.ts";
import { readGroundTruth } from "./harness/ground-truth.ts";
import { firstChildOf, followPeakMemory } from "./harness/peak-memory.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import {
  describeSensors,
  type GuardSensor,
  readReport,
  toGuardedCommand,
} from "./harness/run-guarded.ts";
import { runTimed } from "./harness/run-timed.ts";
import { toMedian } from "./harness/statistics.ts";
import { type Row, toMebibytes } from "./harness/table.ts";
import { createWorkDirectory } from "./harness/work-directory.ts";

const load = fileURLToPath(new URL("generators/build-load.mjs", import.meta.url));
/** Ten times what a build of the default size takes on two cores. */
const TIMEOUT_MS = 300_000;
const GOAL = "Goal for the kernel sensor: wall time at most +3 %, CPU time at most +5 %, 90 MB.";

const measuredSchema = z.object({
  did: z.literal("measure"),
  wallMicroseconds: z.int(),
  userMicroseconds: z.int(),
  systemMicroseconds: z.int(),
});

interface Cost {
  readonly wallSeconds: number;
  /** Of the build and, where there is one, the guard: as the kernel charged it. */
  readonly cpuSeconds: number;
  readonly guardPeakBytes: number;
  readonly sensors: string;
}

interface Pair {
  readonly bare: Cost;
  readonly guarded: Cost;
}

await runBenchmark(
  {
    name: "overhead",
    about: "a compile-and-pack build, with and without the guard, in pairs",
    options: {
      pairs: { default: 5, help: "pairs of runs for each sensor" },
      files: { default: 110, help: "C files in the build" },
      sensors: { default: 2, help: "1: the kernel sensor alone, 2: proc too" },
    },
    async run({ pairs, files, sensors }) {
      await measureBuild(files);
      const names: GuardSensor[] = sensors === 1 ? ["kernel"] : ["kernel", "proc"];
      const measured: { sensor: GuardSensor; pairs: Pair[] }[] = [];
      for (const sensor of names)
        measured.push({ sensor, pairs: await measurePairs(sensor, pairs, files) });
      return {
        rows: measured.flatMap((result) => toRows(result.sensor, result.pairs)),
        notes: [...measured.map((result) => describe(result.sensor, result.pairs)), GOAL],
        measured,
      };
    },
  },
  process.argv.slice(2),
);

/** Every other pair runs in the other order, so that a machine that warms up or tires weighs on both alike. */
async function measurePairs(sensor: GuardSensor, count: number, files: number): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let number = 0; number < count; number++) {
    const bareFirst = number % 2 === 0;
    const first = await measureBuild(files, bareFirst ? undefined : sensor);
    const second = await measureBuild(files, bareFirst ? sensor : undefined);
    pairs.push(bareFirst ? { bare: first, guarded: second } : { bare: second, guarded: first });
  }
  return pairs;
}

async function measureBuild(files: number, sensor?: GuardSensor): Promise<Cost> {
  using work = createWorkDirectory();
  const [log, reportFile] = [join(work.path, "log"), join(work.path, "report.json")];
  const build = [process.execPath, load, join(work.path, "build"), String(files)];
  const command = sensor === undefined ? build : toGuardedCommand(build, { sensor, reportFile });

  // The one that measures runs the command as its only child.
  let measurer: number | undefined;
  using peak = followPeakMemory(() =>
    measurer === undefined ? undefined : firstChildOf(measurer),
  );
  const run = await runTimed([buildGenerator("measure"), log, ...command], {
    timeoutMs: TIMEOUT_MS,
    onStart: (pid) => (measurer = pid),
  });
  const [cost] = readGroundTruth(log, measuredSchema);
  if (run.exitCode !== 0 || cost === undefined) {
    throw new Error(`${command.join(" ")} ended with status ${run.exitCode}: ${run.stderr.trim()}`);
  }
  return {
    wallSeconds: cost.wallMicroseconds / 1e6,
    cpuSeconds: (cost.userMicroseconds + cost.systemMicroseconds) / 1e6,
    guardPeakBytes: sensor === undefined ? 0 : peak.bytes,
    sensors: sensor === undefined ? "" : describeSensors(readReport(reportFile)),
  };
}

function toRows(sensor: GuardSensor, pairs: readonly Pair[]): Row[] {
  const toRow = (what: string, value: (cost: Cost) => number): Row => ({
    sensor,
    what,
    pairs: pairs.length,
    without: toMedian(pairs.map(({ bare }) => value(bare))).toFixed(2),
    with: toMedian(pairs.map(({ guarded }) => value(guarded))).toFixed(2),
    "median of the ratios": toMedian(
      pairs.map((pair) => value(pair.guarded) / value(pair.bare)),
    ).toFixed(4),
  });
  return [
    toRow("wall time, s", ({ wallSeconds }) => wallSeconds),
    toRow("CPU time, s", ({ cpuSeconds }) => cpuSeconds),
    {
      sensor,
      what: "guard's peak memory, MiB",
      pairs: pairs.length,
      without: "",
      with: toMebibytes(Math.max(...pairs.map(({ guarded }) => guarded.guardPeakBytes))),
      "median of the ratios": "",
    },
  ];
}

function describe(sensor: GuardSensor, pairs: readonly Pair[]): string {
  return `${sensor}: ${[...new Set(pairs.map(({ guarded }) => guarded.sensors))].join(" | ")}`;
}
