/** The report of a guard: of one that runs it is written anew first. */
import { statSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

import { askGuard } from "../../agent/control/control-client.ts";
import { toErrorText } from "../../agent/errors.ts";
import { parseJson } from "../../agent/parse-json.ts";
import { findReportFault } from "../../agent/report/report-fault.ts";
import type { Report } from "../../protocol/report.ts";
import { type FoundGuard, isAlive } from "../guard/find-guard.ts";
import { toReportPath, toSocketPath } from "../guard/places.ts";
import { readPlainFile } from "../runner/plain-file.ts";
import type { Environment } from "../runner/step.ts";

export interface Taken {
  readonly report: Report | undefined;
  /** As it lies there. */
  readonly text: string | undefined;
  readonly problems: readonly string[];
}

/** A guard writes one in 5 s, for whoever asks: the job may have asked just now. */
const PATIENCE_MS = 15_000;
const PERIOD_MS = 500;
/** A report with all of its lists full has a tenth of it. */
const MAX_BYTES = 268_435_456;

export async function takeReport(found: FoundGuard, environment: Environment): Promise<Taken> {
  if (found.status === "none") return { report: undefined, text: undefined, problems: [] };
  const problems = found.status === "gone" ? [] : await finish(found);
  const runId = found.status === "running" ? found.state.runId : found.runId;
  const read = readReport(toReportPath(found.directory), runId);
  if ("problem" in read) {
    const problem = found.status === "gone" ? "it left no report" : read.problem;
    return { report: undefined, text: undefined, problems: [...problems, problem] };
  }
  if (isOfAnotherJob(read.report, environment)) {
    const problem = "the report that is there is of an earlier job";
    return { report: undefined, text: undefined, problems: [...problems, problem] };
  }
  return { ...read, problems };
}

/** On a machine that stays a guard that was killed leaves its report; a sidecar may not know whose it is. */
function isOfAnotherJob({ run: { ci } }: Report, environment: Environment): boolean {
  const { runId, runAttempt, job } = ci ?? {};
  return [
    [runId, environment["GITHUB_RUN_ID"]],
    [runAttempt, environment["GITHUB_RUN_ATTEMPT"]],
    [job, environment["GITHUB_JOB"]],
  ].some(([said, own]) => said !== undefined && own !== undefined && said !== own);
}

/**
 * Returns why it is not done, if it is not. A guard that is kept busy writes one by itself every few seconds, which is as good; one that
 * is ending writes its last one.
 */
async function finish(found: Exclude<FoundGuard, { status: "none" }>): Promise<string[]> {
  const { directory } = found;
  const askedAt = Date.now();
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const asked = await askGuard(toSocketPath(directory), { command: "finish" });
    if (asked.status === "done" || isWrittenSince(toReportPath(directory), askedAt)) return [];
    if (found.status === "silent" && !isAlive(found.pid)) return [];
    // A disk that is full stays so.
    const isBusy = asked.status === "refused" && asked.reason.includes("try again");
    const mayCome = isBusy || found.status === "silent";
    if (!mayCome || performance.now() > deadline) {
      return [`the guard wrote no report when it was asked at the end: ${asked.reason}`];
    }
    await wait(PERIOD_MS);
  }
}

function isWrittenSince(path: string, at: number): boolean {
  const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return written !== undefined && written >= at;
}

function readReport(
  path: string,
  runId: string | undefined,
): { readonly report: Report; readonly text: string } | { readonly problem: string } {
  let text: string;
  try {
    text = readPlainFile(path, MAX_BYTES).toString("utf8");
  } catch (error) {
    return { problem: `the report cannot be read: ${toErrorText(error)}` };
  }
  const report = parseJson(text);
  if (!isReport(report))
    return { problem: "what lies in the report's place is none of this guard's" };
  if (report.run.id === runId) return { report, text };
  return { problem: "the report that is there is of another run" };
}

/** Not by the schema, which would be loaded for it, takes longer and makes a second one. */
function isReport(value: unknown): value is Report {
  return findReportFault(value) === undefined;
}
