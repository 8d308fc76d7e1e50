import type { Policy } from "../../protocol/index.ts";
import { loadPolicy } from "../policy/load-policy.ts";
import { toPrintable } from "../policy/printable.ts";
import { readReport } from "../policy/replay/read-report.ts";
import {
  type Blocked,
  createPolicyTest,
  type Flagged,
  isPassed,
  type PolicyTest,
} from "../policy/replay/test-policy.ts";
import { createUserRuleReplay } from "../rules/user-rules/replay-user-rules.ts";

export interface TestFlags {
  readonly against: readonly string[];
  readonly json?: boolean;
}

interface Output {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

const PASSED = 0;
const FAILED = 1;

/** `runner-guard policy test FILE --against REPORT...`: gives back the exit status. Throws AgentError for what it cannot read. */
export function runPolicyTest(
  path: string,
  { against, json = false }: TestFlags,
  { stdout, stderr }: Output,
): number {
  const { policy, warnings } = loadPolicy(path);
  for (const { message } of warnings) stderr.write(`${message}\n`);
  const test = createPolicyTest(policy, createUserRuleReplay(policy.rules));
  for (const one of against) test.add(readReport(one));
  const result = test.result();
  const passed = isPassed(result);
  stdout.write(
    json ? `${JSON.stringify({ passed, ...result }, null, 2)}\n` : toText(result, policy),
  );
  return passed ? PASSED : FAILED;
}

function toText({ blocked, flagged, unjudged }: PolicyTest, { egress }: Policy): string {
  return [
    blocked.length === 0
      ? "Nothing would have been blocked."
      : `Would have been blocked${egress?.mode === "audit" ? ", were the mode block" : ""}:`,
    ...blocked.map(toBlockedLine),
    flagged.length === 0 ? "Nothing would have been flagged." : "Would have been flagged:",
    ...flagged.map(toFlaggedLine),
    ...(unjudged.length === 0 ? [] : ["Not judged:"]),
    ...unjudged.map((line) => `  ${toPrintable(line)}`),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

function toBlockedLine({ kind, destination, rule, ...who }: Blocked): string {
  const what = kind === "question" ? `the name ${destination}` : destination;
  return `  ${toPrintable(what)}: ${toWhoText(who)}; ${toPrintable(rule)}`;
}

function toFlaggedLine(flagged: Flagged): string {
  const { rule, severity, response, message, stops, fails, ...who } = flagged;
  const effect = `${stops ? "; stops it" : ""}${fails ? "; fails the job" : ""}`;
  return `  ${severity} ${toPrintable(rule)} (${response}): ${toPrintable(message)}: ${toWhoText(who)}${effect}`;
}

function toWhoText({ program, step, count }: Pick<Blocked, "program" | "step" | "count">): string {
  const where = step === null ? "" : ` (step ${toPrintable(step)})`;
  return `${toPrintable(program)}${where}, ${count === 1 ? "once" : `${count} times`}`;
}
