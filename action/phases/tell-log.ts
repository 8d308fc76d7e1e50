import type { Step } from "../runner/step.ts";

const PREFIX = /^runner-guard: /;
/** Of a policy that the inputs made: where in its text would tell nobody anything. */
const WARNING = /^(?:.*: )?warning: (?:egress\.allow: )?/;
const READY = /^ready: /;

/** What the guard said while it started: warnings where people see them, all else in the log. */
export function tellLog(step: Step, log: readonly string[]): void {
  for (const line of log.map((one) => one.replace(PREFIX, ""))) {
    if (WARNING.test(line)) step.annotate("warning", line.replace(WARNING, ""));
    else if (!READY.test(line)) step.say(line);
  }
}

/** What the action says in words of its own: an empty list, and a mode that is not in force. */
export function isSaidAlready(line: string): boolean {
  return (
    line.includes("because egress.allow is empty") ||
    / mode block was asked for and \w+.* is in force/.test(line)
  );
}
