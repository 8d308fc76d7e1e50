import { readFileSync, statSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

import { askGuard } from "../../agent/control/control-client.ts";
import { toErrorText } from "../../agent/errors.ts";
import { type Report, reportSchema } from "../../protocol/report.ts";
import { type FoundGuard, findGuard } from "../guard/find-guard.ts";
import { toReportPath } from "../guard/places.ts";
import { InputError } from "../inputs/input-error.ts";
import { type Inputs, readInputs } from "../inputs/read-inputs.ts";
import { appendText, sizeOf } from "../runner/environment-file.ts";
import type { Step } from "../runner/step.ts";
import { summarise, summariseUnguarded, type Summary } from "../summary/summarise.ts";
import { toSearchedPlaces } from "./search-places.ts";

const FAILED = 1;

/** Returns the exit status. */
export async function runPost(step: Step): Promise<number> {
  const inputs = readInputsAgain(step);
  const found = await findGuard(toSearchedPlaces(step.environment));
  const got = await takeReport(found);
  const degraded = [...toDegraded(step, found), ...got.problems];
  const { environment } = step;
  const summaryFile = environment["GITHUB_STEP_SUMMARY"];
  const surroundings = {
    maxBytes: MAX_SUMMARY_BYTES - sizeOf(summaryFile),
    failOn: inputs?.failOn ?? [],
    workspace: environment["GITHUB_WORKSPACE"],
    degraded,
    notSeen: [],
  };
  const summary = got.report
    ? summarise(got.report, surroundings)
    : summariseUnguarded(surroundings);
  tell(step, summary, inputs?.summary ?? "true");
  return summary.failures.length > 0 ? FAILED : 0;
}

/** GitHub's, for one step. */
const MAX_SUMMARY_BYTES = 1_048_576;

/** They were refused by `pre` where they are wrong. */
function readInputsAgain({ environment }: Step): Inputs | undefined {
  try {
    return readInputs(environment);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

function toDegraded({ environment }: Step, found: FoundGuard): string[] {
  const said = environment["STATE_degraded"];
  const reasons = (said ?? "").split("\n").filter((line) => line !== "");
  if (said === undefined)
    reasons.push("the action's first phase (pre) did not run, or did not end");
  if (found.status === "gone") reasons.push("the guard was ended before the job was");
  if (found.status === "none") reasons.push("no guard is running");
  return reasons;
}

interface Taken {
  readonly report: Report | undefined;
  readonly problems: readonly string[];
}

/** A guard writes one in 5 s, for whoever asks: the job may have asked just now. */
const PATIENCE_MS = 12_000;
const PERIOD_MS = 1_000;

async function takeReport(found: FoundGuard): Promise<Taken> {
  if (found.status === "none") return { report: undefined, problems: [] };
  const problems = found.status === "running" ? await finish(found.directory) : [];
  const runId = found.status === "running" ? found.state.runId : found.runId;
  const read = readReport(toReportPath(found.directory));
  if ("problem" in read) return { report: undefined, problems: [...problems, read.problem] };
  if (read.run.id === runId) return { report: read, problems };
  return {
    report: undefined,
    problems: [...problems, "the report that is there is another run's"],
  };
}

async function finish(directory: string): Promise<string[]> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const asked = await askGuard(`${directory}/control.sock`, { command: "finish" });
    if (asked.status === "done") return [];
    if (performance.now() > deadline || asked.status === "unreachable") {
      return [`the guard wrote no report when it was asked: ${asked.reason}`];
    }
    await wait(PERIOD_MS);
  }
}

/** Ten times what a report with all its lists full has. */
const MAX_REPORT_BYTES = 512 * 1_048_576;

function readReport(path: string): Report | { readonly problem: string } {
  try {
    if (statSync(path).size > MAX_REPORT_BYTES)
      return { problem: "the report is too large to be read" };
    const parsed = reportSchema.safeParse(JSON.parse(readFileSync(path, "utf8")));
    return parsed.success ? parsed.data : { problem: "the report is none of this guard's" };
  } catch (error) {
    return { problem: `the report cannot be read: ${toErrorText(error)}` };
  }
}

function tell(step: Step, summary: Summary, when: Inputs["summary"]): void {
  const { environment } = step;
  for (const annotation of summary.annotations) step.command(annotation);
  step.setOutputs({ ...summary.outputs });
  if (when === "true" || (when === "on-violation" && summary.isNoteworthy)) {
    const unwritten = appendText(environment["GITHUB_STEP_SUMMARY"], summary.markdown);
    if (unwritten !== undefined) {
      step.annotate("warning", `The summary cannot be written: ${unwritten}.`);
    }
  }
  for (const failure of summary.failures) step.annotate("error", failure);
}
