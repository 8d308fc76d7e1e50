import { defaultPolicy, type Policy } from "../../protocol/index.ts";
import { AgentError } from "../errors.ts";
import { loadPolicy } from "../policy/load-policy.ts";
import { toPrintablePath } from "../policy/printable.ts";
import { explainPolicy } from "./explain-policy.ts";
import { toMessage } from "./message.ts";

interface Output {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

const OK = 0;
const BAD_POLICY = 2;

/** `runner-guard policy check FILE`: gives back the exit status. `explain` is a destination to tell of as well. */
export function runPolicyCheck(path: string, { stdout, stderr }: Output, explain?: string): number {
  try {
    const parsed = loadPolicy(path);
    const explanation = explain === undefined ? "" : explainPolicy(parsed, path, explain);
    for (const { message } of parsed.warnings) stderr.write(`${message}\n`);
    stdout.write(`${toPrintablePath(path)}: ok: ${summarize(parsed.policy)}\n${explanation}`);
    return OK;
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    // Problems begin with their place, as editors read them; all else is said as everywhere.
    const hasPlace = error.message.startsWith(`${toPrintablePath(path)}:`);
    stderr.write(hasPlace ? `${error.message}\n` : toMessage(error.message));
    return BAD_POLICY;
  }
}

function summarize(policy: Policy): string {
  const { egress, files, rules } = policy;
  const failOn = policy["fail-on"] ?? [];
  return [
    egress === undefined
      ? "no egress section: audit mode allows everything, block mode nothing"
      : `egress ${egress.mode}, ${egress.allow.length} allow, ${egress.deny.length} deny`,
    describeProtected(files.protect),
    describeRules(Object.keys(rules).length),
    `fail on ${failOn.length === 0 ? "nothing" : failOn.join(", ")}`,
  ].join(", ");
}

function describeRules(count: number): string {
  return `${count} ${count === 1 ? "rule" : "rules"} set`;
}

/** Who wrote no patterns and reads of two shall know where they come from. */
function describeProtected(patterns: readonly string[]): string {
  const number = `${patterns.length} protected path ${patterns.length === 1 ? "pattern" : "patterns"}`;
  return patterns.join("\n") === defaultPolicy.files.protect.join("\n")
    ? `${number} (built in)`
    : number;
}
