/** What people read when the job has ended: annotations, the summary, outputs, and whether `fail-on` fails it. */
import type { Report } from "../../protocol/report.ts";
import type { FoundGuard } from "../guard/find-guard.ts";
import { readNoted } from "../guard/noted-guard.ts";
import { toReportPath, toSocketPath } from "../guard/places.ts";
import { InputError } from "../inputs/input-error.ts";
import { type Inputs, readInputs } from "../inputs/read-inputs.ts";
import type { Step } from "../runner/step.ts";
import { findOwnProcess, withoutOwnProcess } from "../summary/own-process.ts";
import { toRulesUrl } from "../summary/rules-url.ts";
import { summarise, summariseUnguarded, type Summary } from "../summary/summarise.ts";
import { openSummaryFile, type SummaryFile } from "../summary/summary-file.ts";
import type { Surroundings } from "../summary/surroundings.ts";
import { hasJoined, toFirstUseLabel, toUse, UNGUARDED_LABEL } from "./labels.ts";
import { leaveCopy } from "./leave-copy.ts";
import { toSearchedPlaces } from "./search-places.ts";
import type { Taken } from "./take-report.ts";
import { readNotedFailOn } from "./tell-degraded.ts";

type Asked = Pick<Inputs, "summary" | "failOn" | "reportCopy">;

const FAILED = 1;

/** Returns the exit status. */
export function tellEnd(step: Step, found: FoundGuard, taken: Taken): number {
  const asked = readAsked(step);
  const degraded = [...toDegraded(step, found, taken), ...taken.problems];
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
  const failures = [...summary.failures, ...toUnjudged(step, asked, taken)];
  for (const failure of failures) step.annotate("error", `Failed: ${failure}`);
  // Last: the rest is told by then, whatever a step has made of the place.
  const uncopied = leaveCopy(asked.reportCopy, taken.text, step.environment);
  const isFailure = uncopied.length > 0 && asked.failOn.includes("degraded");
  for (const problem of uncopied) step.annotate(isFailure ? "error" : "warning", `${problem}.`);
  return failures.length > 0 || isFailure ? FAILED : 0;
}

function withoutOwn(report: Report): Report {
  return withoutOwnProcess(report, {
    id: findOwnProcess(),
    sockets: toSearchedPlaces().map(toSocketPath),
  });
}

/** Whoever takes the report away is not to pass for one who did nothing. Where no guard ever was in force `pre` has said so. */
function toUnjudged({ environment }: Step, { failOn }: Asked, { report }: Taken): string[] {
  const asked = failOn.filter((what) => what !== "degraded");
  if (report !== undefined || asked.length === 0) return [];
  return readNoted(environment).runId === undefined
    ? []
    : [`fail-on: ${asked.join(", ")} cannot be judged: the guard that was in force left no report`];
}

/** By a policy file as well, of which `pre` has noted it. */
function readAsked(step: Step): Asked {
  const asked = readAgain(step);
  return {
    ...asked,
    failOn: [...new Set([...asked.failOn, ...readNotedFailOn(step.environment)])],
  };
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
  if (found.status === "silent")
    reasons.push(
      "others of the job's user kept the guard from being asked, or it was about to end",
    );
  if (found.status === "none" && reasons.length === 0) {
    reasons.push("no guard is running any more, and it left nothing");
  }
  return reasons;
}

/** The use that started the guard always tells; of those that found it there all but the first leave that to it. */
function isFirstUse({ environment }: Step, { report }: Taken): boolean {
  const first = report?.run.labels?.[toFirstUseLabel(environment)];
  return !hasJoined(environment) || first === undefined || first === toUse(environment);
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
