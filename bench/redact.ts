/** How fast `runner-guard redact` is, on one processor, with logs as they are and with logs made to slow it down. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { runBenchmark } from "./harness/run-benchmark.ts";
import { toQuantile } from "./harness/statistics.ts";
import { createWorkDirectory } from "./harness/work-directory.ts";
import { HOSTILE, makeHostile } from "./redact/adversarial.ts";
import {
  type Delays,
  describeDelay,
  describeGrowth,
  describeStart,
  type Measured,
  toRow,
  type Way,
} from "./redact/describe-measured.ts";
import { makeKnownValues } from "./redact/known-values.ts";
import { makeLog } from "./redact/make-log.ts";
import { measureDelay } from "./redact/measure-delay.ts";
import { measureSpeed, measureStart, type Start } from "./redact/measure-speed.ts";
import { GUARD } from "./redact/run-pipeline.ts";

const WAYS: readonly Way[] = [
  { rules: "shapes", values: 0, goal: 200 },
  { rules: "shapes", values: 500, goal: 150 },
  { rules: "shapes,structures,decoding", values: 0, goal: 100 },
  { rules: "shapes,structures,decoding", values: 500 },
];
/** What a hostile log is met with: all that there is to be slowed down. */
const EVERYTHING: Way = { rules: "shapes,structures,decoding", values: 500, goal: 20 };
const MEGABYTE = 1_000_000;
/** Read again and again it is one line: nothing in it ends one. */
const STRESS_PIECE_MEGABYTES = 1;
/** It is taken off many numbers. */
const START_RUNS = 5;
/** The others are in the JSON. */
const SHOWN_HOSTILE = 12;
const GOALS =
  "Goals: once started 200 MB/s with the shapes, 150 with 500 known values too, 100 with all rules, 20 with any log; 120 MiB; p99 of a line's delay 5 ms.";

interface Place {
  readonly directory: string;
  readonly values: readonly string[];
}

await runBenchmark(
  {
    name: "redact",
    about:
      "`redact` in a pipe, on one processor: speed with CI logs and hostile ones, memory, delay of a line",
    options: {
      megabytes: { default: 100, quick: 5, help: "size of the CI log" },
      stress: { default: 1_000, quick: 20, help: "size of the one line, in MB" },
      hostile: { default: 12, quick: 1, help: "size of each hostile log, in MB" },
      runs: { default: 3, quick: 1, help: "runs of each; the median counts" },
      lines: { default: 1_000, quick: 100, help: "lines that are passed one by one" },
    },
    async run({ megabytes, stress, hostile, runs, lines }) {
      using work = createWorkDirectory();
      const place: Place = { directory: work.path, values: makeKnownValues(EVERYTHING.values) };
      writeFileSync(join(work.path, "values"), `${place.values.join("\n")}\n`);
      const { measured: usual, starts } = await measureUsual(place, megabytes, runs);
      usual.push(await measureStress(place, stress));
      const worst = await measureHostile(place, hostile, runs);
      const delays = await measureDelays(place, lines);
      return {
        rows: [...usual, ...worst.slice(0, SHOWN_HOSTILE)].map(toRow),
        notes: [
          `The hostile logs are the ${SHOWN_HOSTILE} slowest of ${worst.length}.`,
          describeGrowth(worst),
          ...starts.map(({ way, start }) => describeStart(way, start)),
          ...delays.map(describeDelay),
          GOALS,
        ],
        measured: { usual, starts, hostile: worst, delays },
      };
    },
  },
  process.argv.slice(2),
);

interface UsualSpeeds {
  readonly measured: Measured[];
  readonly starts: readonly { readonly way: Way; readonly start: Start }[];
}

async function measureUsual(place: Place, megabytes: number, runs: number): Promise<UsualSpeeds> {
  const input = join(place.directory, "ci.log");
  makeLog(input, { bytes: megabytes * MEGABYTE, linesForOneSecret: 3_000, seed: 1 });
  const measured: Measured[] = [];
  const starts: { way: Way; start: Start }[] = [];
  for (const way of WAYS) {
    const pipeline = toPipeline(place, way);
    const start = await measureStart(pipeline, START_RUNS);
    const speed = await measureSpeed({ ...pipeline, input }, { runs, start });
    starts.push({ way, start });
    measured.push({ log: "CI log", way, megabytes, ...speed });
  }
  return { measured, starts };
}

async function measureStress(place: Place, megabytes: number): Promise<Measured> {
  const input = join(place.directory, "line");
  const bytes = STRESS_PIECE_MEGABYTES * MEGABYTE;
  makeLog(input, { bytes, linesForOneSecret: 3_000, seed: 2 });
  writeFileSync(input, readFileSync(input, "latin1").replaceAll("\n", " "), "latin1");
  const pipeline = { ...toPipeline(place, EVERYTHING), input };
  const times = Math.ceil(megabytes / STRESS_PIECE_MEGABYTES);
  const start = await measureStart(pipeline, 1);
  const speed = await measureSpeed({ ...pipeline, times }, { runs: 1, start });
  return { log: "one line", way: EVERYTHING, megabytes, ...speed };
}

/** The slowest first. */
async function measureHostile(place: Place, megabytes: number, runs: number): Promise<Measured[]> {
  const input = join(place.directory, "hostile");
  const pipeline = { ...toPipeline(place, EVERYTHING), input };
  const start = await measureStart(pipeline, START_RUNS);
  const measured: Measured[] = [];
  for (const hostile of HOSTILE) {
    const whole = makeHostile(hostile, megabytes * MEGABYTE, place.values[0] ?? "");
    writeFileSync(input, whole.subarray(0, whole.length / 4));
    const quarter = await measureSpeed(pipeline, { runs: 1, start });
    writeFileSync(input, whole);
    const speed = await measureSpeed(pipeline, { runs, start });
    const { name } = hostile;
    measured.push({
      log: name,
      way: EVERYTHING,
      megabytes,
      quarterCpuMs: quarter.startedCpuMs,
      ...speed,
    });
  }
  return measured.toSorted((left, right) => right.startedCpuMs - left.startedCpuMs);
}

/** What `cat` takes is what the pipes and this program take. */
async function measureDelays(place: Place, count: number): Promise<Delays[]> {
  const log = join(place.directory, "ci.log");
  const lines = readFileSync(log, "utf8").split("\n").slice(0, count);
  const measured: Delays[] = [];
  for (const [through, command] of [
    ["cat", ["cat"]],
    ["redact", [GUARD, "redact", ...toFlags(place, EVERYTHING)]],
  ] as const) {
    const delays = await measureDelay(command, lines, place.directory);
    const [p50Ms, p99Ms] = [toQuantile(delays, 0.5), toQuantile(delays, 0.99)];
    measured.push({ through, lines: lines.length, p50Ms, p99Ms, maxMs: Math.max(...delays) });
  }
  return measured;
}

function toPipeline(place: Place, way: Way) {
  return { flags: toFlags(place, way), directory: place.directory };
}

function toFlags({ directory }: Place, { rules, values }: Way): string[] {
  const known = values === 0 ? [] : ["--secrets-file", join(directory, "values")];
  return ["--rules", rules, ...known];
}
