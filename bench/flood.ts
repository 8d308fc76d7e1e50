/** Whether the guard's memory stays bounded, and its counts exact, when more happens than it can take in. */
import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";

import { z } from "zod";

import type { Report } from "../protocol/report.ts";
import { buildGenerator } from "./harness/build-generator.ts";
import { readGroundTruth } from "./harness/ground-truth.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import { describeSensors, runGuarded } from "./harness/run-guarded.ts";
import { type Row, toMebibytes } from "./harness/table.ts";
import { createWorkDirectory } from "./harness/work-directory.ts";

const floodedSchema = z.discriminatedUnion("did", [
  z.object({ did: z.literal("flood-exec"), forks: z.int(), execs: z.int() }),
  z.object({ did: z.literal("flood-open"), opens: z.int() }),
]);

/** After the flood the guard has to work off its queue and write its report. */
const GRACE_MS = 60_000;
const FILES = "8";

interface Flood {
  readonly what: string;
  readonly command: (log: string, directory: string) => string[];
  /** What the generator made, the guarded command itself included where it counts. */
  readonly made: (flooded: z.infer<typeof floodedSchema>) => number;
  readonly seen: (report: Report) => number;
  /** The name under which the report counts losses. */
  readonly lost: string;
}

await runBenchmark(
  {
    name: "flood",
    about: "the highest rates this machine makes: seen + dropped must be what was made, exactly",
    options: {
      seconds: { default: 10, help: "length of each flood" },
      workers: { default: availableParallelism(), help: "processes that make it" },
    },
    async run({ seconds, workers }) {
      const rows: Row[] = [];
      const reports: Report[] = [];
      for (const flood of listFloods(String(seconds), String(workers))) {
        using work = createWorkDirectory();
        const { row, report } = await measure(flood, work.path, seconds);
        rows.push(row);
        reports.push(report);
      }
      return {
        rows,
        notes: reports.map(
          (report) => `${describeSensors(report)}; ${JSON.stringify(report.dropped)}`,
        ),
        measured: reports.map(({ sensors, totals, dropped }) => ({ sensors, totals, dropped })),
      };
    },
  },
  process.argv.slice(2),
);

function listFloods(seconds: string, workers: string): Flood[] {
  return [
    {
      what: "programs started",
      command: (log) => [
        buildGenerator("flood-exec"),
        log,
        seconds,
        workers,
        buildGenerator("nothing"),
      ],
      // The generator itself is the first program that the guard sees.
      made: (flooded) => (flooded.did === "flood-exec" ? flooded.execs + 1 : Number.NaN),
      seen: ({ totals }) => totals.executions,
      lost: "exec",
    },
    {
      what: "files opened for writing",
      command: (log, directory) => [
        buildGenerator("flood-open"),
        log,
        directory,
        seconds,
        workers,
        FILES,
      ],
      made: (flooded) => (flooded.did === "flood-open" ? flooded.opens : Number.NaN),
      seen: ({ totals }) => totals.files,
      lost: "file",
    },
  ];
}

async function measure(flood: Flood, directory: string, seconds: number) {
  const log = join(directory, "log");
  const files = join(directory, "files");
  mkdirSync(files);
  const { report, peakMemoryBytes } = await runGuarded(flood.command(log, files), {
    sensor: "kernel",
    directory,
    timeoutMs: seconds * 1_000 + GRACE_MS,
  });
  const [flooded] = readGroundTruth(log, floodedSchema);
  if (flooded === undefined) throw new Error(`${flood.what}: the generator wrote no log`);
  const made = flood.made(flooded);
  const seen = flood.seen(report);
  const dropped = report.dropped.byKind[flood.lost] ?? 0;
  const row: Row = {
    flood: flood.what,
    made,
    "per second": Math.round(made / seconds),
    seen,
    dropped,
    difference: made - seen - dropped,
    exact: made === seen + dropped ? "yes" : "NO",
    "guard's peak MiB": toMebibytes(peakMemoryBytes),
  };
  return { row, report };
}
