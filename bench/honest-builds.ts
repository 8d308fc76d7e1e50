/** Whether the rules stay quiet on honest builds by real tools: no finding above low. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import type { Report } from "../protocol/report.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import { readReport, toGuardedCommand } from "./harness/run-guarded.ts";
import { runTimed } from "./harness/run-timed.ts";
import type { Row } from "./harness/table.ts";
import { createWorkDirectory } from "./harness/work-directory.ts";
import { HONEST_BUILDS } from "./honest/builds.ts";
import { findProgram } from "./honest/find-program.ts";
import type { HonestBuild } from "./honest/honest-build.ts";

const TIMEOUT_MS = 300_000;
/** Of what a guard that left no report said last. */
const MAX_SAID = 2_000;
const LOUD = new Set(["medium", "high", "critical"]);

await runBenchmark(
  {
    name: "honest-builds",
    about: "findings above low on honest builds by real tools; the goal is none",
    options: { runs: { default: 1, help: "runs of each build" } },
    async run({ runs }) {
      const rows: Row[] = [];
      const notes: string[] = [];
      for (const build of HONEST_BUILDS) {
        const missing = build.needs.filter((name) => findProgram(name) === undefined);
        if (missing.length > 0) {
          notes.push(`left out: ${build.name} (no ${missing.join(", ")} here)`);
          continue;
        }
        for (let run = 0; run < runs; run += 1) {
          const { row, loud } = await measure(build);
          rows.push(row);
          notes.push(...loud.map((line) => `${build.name}: ${line}`));
        }
      }
      return { rows, notes, measured: rows };
    },
  },
  process.argv.slice(2),
);

async function measure(build: HonestBuild): Promise<{ row: Row; loud: string[] }> {
  using work = createWorkDirectory();
  using results = createWorkDirectory();
  const file = join(results.path, "report.json");
  await using server = await build.serve?.(work.path);
  const command = build.prepare(work.path, server?.port ?? 0);
  const guarded = toGuardedCommand(command, { sensor: "kernel", reportFile: file });
  // Where CI starts it: in the checkout.
  const run = await runTimed(["env", "-C", work.path, ...guarded], { timeoutMs: TIMEOUT_MS });
  const exit = String(run.exitCode ?? run.signal);
  if (!existsSync(file)) {
    const said = run.stderr.trim().slice(-MAX_SAID);
    return { row: { build: build.name, exit }, loud: [`no report, status ${exit}: ${said}`] };
  }
  const report = readReport(file);
  const loud = report.findings.filter(({ severity }) => LOUD.has(severity)).map(toLine);
  return {
    row: {
      build: build.name,
      exit,
      programs: report.totals.executions,
      files: report.totals.files,
      "above low": loud.length,
      quieter: report.findings.length - loud.length,
    },
    // One that failed did not do what it was to be quiet about.
    loud: run.exitCode === 0 ? loud : [...loud, `ended with status ${exit}`],
  };
}

function toLine({ rule, severity, message }: Report["findings"][number]): string {
  return `${severity} ${rule.id}: ${message}`;
}
