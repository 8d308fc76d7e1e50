/** How much of what happened is in the report, held against the generators' own logs. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import type { Report } from "../protocol/report.ts";
import { changedFileSchema, compareFiles } from "./coverage-of/files.ts";
import { compareFlows, madeFlowSchema } from "./coverage-of/flows.ts";
import { compareProcesses, startedProcessSchema } from "./coverage-of/processes.ts";
import { buildGenerator } from "./harness/build-generator.ts";
import { readGroundTruth } from "./harness/ground-truth.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import { describeSensors, type GuardSensor, runGuarded } from "./harness/run-guarded.ts";
import { type Row, toPercent } from "./harness/table.ts";
import { createWorkDirectory } from "./harness/work-directory.ts";

const SENSORS: readonly GuardSensor[] = ["kernel", "proc"];
/** The slowest generator takes 2 s alone on two cores. */
const TIMEOUT_MS = 120_000;
/** The goal is for processes that live shorter than this; the log says how many did. */
const SHORT_MICROSECONDS = 5_000;

interface Measured {
  readonly rows: Row[];
  readonly report: Report;
  readonly note?: string;
}

interface Trial {
  readonly sensor: GuardSensor;
  readonly directory: string;
  readonly count: number;
}

await runBenchmark(
  {
    name: "coverage",
    about: "what share of what really happened is in the report, and rightly attributed",
    options: {
      processes: { default: 5_000, help: "processes that live under 5 ms" },
      flows: { default: 2_000, help: "TCP connections, and datagrams by each way of sending" },
      files: { default: 2_000, help: "files created, renamed and deleted" },
    },
    async run({ processes, flows, files }) {
      const measured: Measured[] = [];
      for (const sensor of SENSORS) {
        for (const [measure, count] of [
          [measureProcesses, processes],
          [measureFlows, flows],
          [measureFiles, files],
        ] as const) {
          using work = createWorkDirectory();
          measured.push(await measure({ sensor, directory: work.path, count }));
        }
      }
      return {
        rows: measured.flatMap(({ rows }) => rows),
        notes: measured.map(({ rows, report, note }) => describe(rows, report, note)),
        measured: measured.map(({ report }) => ({
          sensors: report.sensors,
          totals: report.totals,
          dropped: report.dropped,
        })),
      };
    },
  },
  process.argv.slice(2),
);

async function measureProcesses({ sensor, directory, count }: Trial): Promise<Measured> {
  const log = join(directory, "log");
  const generator = [
    buildGenerator("spawn-short"),
    log,
    String(count),
    "4",
    buildGenerator("nothing"),
  ];
  const { report } = await runGuarded(generator, { sensor, directory, timeoutMs: TIMEOUT_MS });
  const truth = readGroundTruth(log, startedProcessSchema);
  const coverage = compareProcesses(truth, report);
  const short = truth.filter(({ livedMicroseconds }) => livedMicroseconds < SHORT_MICROSECONDS);
  const row = toRow(sensor, "short-lived processes", coverage, {
    parent: coverage.rightParent,
    args: coverage.rightArgs,
    executable: coverage.rightExecutable,
  });
  const note = `${toPercent(short.length, truth.length)} of the processes lived under 5 ms`;
  return { rows: [row], report, note };
}

async function measureFlows({ sensor, directory, count }: Trial): Promise<Measured> {
  const log = join(directory, "log");
  const generator = [buildGenerator("connect-many"), log, String(count), "4"];
  const { report } = await runGuarded(generator, { sensor, directory, timeoutMs: TIMEOUT_MS });
  const flows = compareFlows(readGroundTruth(log, madeFlowSchema), report);
  const rows = flows.map((flow) => toRow(sensor, flow.way, flow, { process: flow.rightProcess }));
  const tooMany = flows.filter((flow) => flow.tooMany > 0);
  const note = tooMany.map((flow) => `${flow.way}: ${flow.tooMany} too many`).join(", ");
  return note === "" ? { rows, report } : { rows, report, note };
}

async function measureFiles({ sensor, directory, count }: Trial): Promise<Measured> {
  const log = join(directory, "log");
  const files = join(directory, "files");
  mkdirSync(files);
  const generator = [buildGenerator("files-many"), log, files, String(count), "4"];
  const { report } = await runGuarded(generator, { sensor, directory, timeoutMs: TIMEOUT_MS });
  const rows = compareFiles(readGroundTruth(log, changedFileSchema), report).map((coverage) =>
    toRow(sensor, `file ${coverage.operation}`, coverage, {
      process: coverage.rightProcess,
      path: coverage.rightPath,
    }),
  );
  return { rows, report };
}

type Attribute = "process" | "parent" | "args" | "executable" | "path";

function toRow(
  sensor: GuardSensor,
  what: string,
  coverage: { readonly made: number; readonly seen: number },
  right: Partial<Record<Attribute, number>>,
): Row {
  const share = (attribute: Attribute): string => {
    const count = right[attribute];
    return count === undefined ? "" : toPercent(count, coverage.made);
  };
  return {
    sensor,
    what,
    made: coverage.made,
    seen: toPercent(coverage.seen, coverage.made),
    process: share("process"),
    parent: share("parent"),
    args: share("args"),
    executable: share("executable"),
    path: share("path"),
  };
}

function describe(rows: readonly Row[], report: Report, note?: string): string {
  const about = `${rows[0]?.["sensor"]}, ${rows[0]?.["what"]}: ${describeSensors(report)}`;
  const lost = toList("dropped", report.dropped.byKind);
  const unlisted = toList("not listed", report.dropped.notListed);
  return [about, lost, unlisted, note].filter((part) => part !== undefined).join("; ");
}

function toList(title: string, counts: Readonly<Record<string, number>>): string | undefined {
  const entries = Object.entries(counts).filter(([, count]) => count > 0);
  if (entries.length === 0) return undefined;
  return `${title} ${entries.map(([name, count]) => `${name} ${count}`).join(", ")}`;
}
