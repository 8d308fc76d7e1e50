import type { Step } from "../runner/step.ts";

const PREFIX = /^runner-guard: /;
const WARNING = /^(?:.*: )?warning: /;
const READY = /^ready: /;

/** What the guard said while it started: warnings where people see them, all else in the log. */
export function tellLog(step: Step, log: readonly string[]): void {
  for (const line of log.map((one) => one.replace(PREFIX, ""))) {
    if (WARNING.test(line)) step.annotate("warning", line.replace(WARNING, ""));
    else if (!READY.test(line)) step.say(line);
  }
}
