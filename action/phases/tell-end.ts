/** What people read when the job has ended: annotations, the summary, outputs, and whether `fail-on` fails it. */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";

import { toErrorText } from "../../agent/errors.ts";
import type { Report } from "../../protocol/report.ts";
import type { FoundGuard } from "../guard/find-guard.ts";
import { toReportPath, toSocketPath } from "../guard/places.ts";
import { InputError } from "../inputs/input-error.ts";
import { type Inputs, readInputs } from "../inputs/read-inputs.ts";
import type { Step } from "../runner/step.ts";
import { findOwnProcess, withoutOwnProcess } from "../summary/own-process.ts";
import { toRulesUrl } from "../summary/rules-url.ts";
import { summarise, summariseUnguarded, type Summary } from "../summary/summarise.ts";
import { openSummaryFile, type SummaryFile } from "../summary/summary-file.ts";
import type { Surroundings } from "../summary/surroundings.ts";
import { toFirstUseLabel, toUse, UNGUARDED_LABEL } from "./labels.ts";
import { toSearchedPlaces } from "./search-places.ts";
import type { Taken } from "./take-report.ts";

type Asked = Pick<Inputs, "summary" | "failOn" | "reportCopy">;

const FAILED = 1;

/** Returns the exit status. */
export function tellEnd(step: Step, found: FoundGuard, taken: Taken): number {
  const asked = readAgain(step);
  const copying = taken.text === undefined ? [] : leaveCopy(step, asked, taken.text);
  const degraded = [...toDegraded(step, found, taken), ...taken.problems, ...copying];
  const page = openSummaryFile(step.environment["GITHUB_STEP_SUMMARY"]);
  const surroundings = toSurroundings(step, asked, { degraded, taken, page });
  const summary = taken.report
    ? summarise(withoutOwn(taken.report), surroundings)
    : summariseUnguarded(surroundings);
  if (isFirstUse(step, taken)) tell(step, summary, { asked, page });
  else
    step.say(`The same guard as in another step of this job, which tells: ${toCounts(summary)}.`);
  step.setOutputs({
    ...summary.outputs,
    "report-path": taken.report && found.status !== "none" ? toReportPath(found.directory) : "",
  });
  for (const failure of summary.failures) step.annotate("error", `Failed: ${failure}`);
  return summary.failures.length > 0 ? FAILED : 0;
}

function withoutOwn(report: Report): Report {
  return withoutOwnProcess(report, {
    id: findOwnProcess(),
    sockets: toSearchedPlaces().map(toSocketPath),
  });
}

/** What is wrong with them `pre` has said. */
function readAgain({ environment }: Step): Asked {
  try {
    return readInputs(environment);
  } catch (error) {
    if (error instanceof InputError) return { summary: "true", failOn: [], reportCopy: undefined };
    throw error;
  }
}

/** A step may have changed the state, or taken it away: by that it can make this longer, and not hide what the report says. */
function toDegraded({ environment }: Step, found: FoundGuard, { report }: Taken): string[] {
  const said = environment["STATE_degraded"];
  // The report tells of them itself, as they were until the end.
  const weaknesses = report === undefined ? environment["STATE_weaknesses"] : undefined;
  const reasons = [said, weaknesses]
    .flatMap((one = "") => one.split("\n"))
    .filter((line) => line !== "");
  if (said === undefined)
    reasons.push("the action's first phase (pre) did not end, or its state is gone");
  if (found.status === "gone") reasons.push("the guard was ended before the job was");
  if (found.status === "none" && reasons.length === 0) {
    reasons.push("no guard is running any more, and it left nothing");
  }
  return reasons;
}

/** By the guard's word: the state of a step could be changed to keep this quiet. */
function isFirstUse({ environment }: Step, { report }: Taken): boolean {
  const first = report?.run.labels?.[toFirstUseLabel(environment)];
  return first === undefined || first === toUse(environment);
}

function toCounts({ outputs }: Summary): string {
  return `${outputs.violations} violations, ${outputs.findings} findings`;
}

interface End {
  readonly degraded: readonly string[];
  readonly taken: Taken;
  readonly page: SummaryFile;
}

function toSurroundings(
  { environment }: Step,
  { failOn }: Asked,
  { degraded, taken, page }: End,
): Surroundings {
  const unguarded = taken.report?.run.labels?.[UNGUARDED_LABEL];
  return {
    maxBytes: page.room,
    failOn,
    workspace: environment["GITHUB_WORKSPACE"],
    degraded,
    notSeen: unguarded === undefined ? [] : [unguarded],
    rulesUrl: toRulesUrl(environment),
  };
}

function leaveCopy({ environment }: Step, { reportCopy }: Asked, text: string): string[] {
  if (reportCopy === undefined) return [];
  try {
    writeFileSync(resolve(environment["GITHUB_WORKSPACE"] ?? ".", reportCopy), text);
    return [];
  } catch (error) {
    return [`report-artifact-path: the copy cannot be written: ${toErrorText(error)}`];
  }
}

function tell(
  step: Step,
  summary: Summary,
  { asked, page }: { readonly asked: Asked; readonly page: SummaryFile },
): void {
  for (const annotation of summary.annotations) step.command(annotation);
  if (asked.summary === "false") return;
  if (asked.summary === "on-violation" && !summary.isNoteworthy) return;
  const unwritten = page.write(summary.markdown);
  if (unwritten !== undefined)
    step.annotate("warning", `The summary cannot be written: ${unwritten}.`);
}
