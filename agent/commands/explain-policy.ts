import { explainDestination, type Explanation } from "../egress/explain-destination.ts";
import { AgentError } from "../errors.ts";
import { toKnownBad } from "../guard/known-bad.ts";
import type { ParsedPolicy } from "../policy/parse-policy.ts";
import { toPrintable, toPrintablePath, toQuoted } from "../policy/printable.ts";

const REASONS: Readonly<Record<string, string>> = {
  default: "default: no entry covers it",
  loopback: "loopback: it never leaves the machine",
  "no-policy":
    "no-policy: without an egress section audit mode allows everything, and block mode nothing",
};
const OUTCOMES = {
  allowed: "allowed",
  refused: "not allowed, and refused",
  reported: "not allowed, and reported",
} as const;

/** A few lines: what becomes of the destination, by which line of the file, and what that means. Throws `usage`. */
export function explainPolicy(parsed: ParsedPolicy, path: string, destination: string): string {
  const explained = explainDestination(parsed.policy, destination, toKnownBad(parsed.policy.rules));
  if ("problem" in explained) {
    throw new AgentError("usage", `--explain: ${toPrintable(explained.problem)}`);
  }
  const { value } = explained;
  return [
    `${value.destination}: ${OUTCOMES[value.outcome]}`,
    `  decided by ${describeRule(value, parsed, path)}`,
    ...value.remarks.map((remark) => `  ${remark}`),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

function describeRule({ entry, rule }: Explanation, parsed: ParsedPolicy, path: string): string {
  if (entry === null) return REASONS[rule] ?? toPrintable(rule);
  const { list, index } = entry;
  const { line, column } = parsed.positionOf(["egress", list, index]);
  const text = parsed.policy.egress?.[list][index] ?? "";
  return `${toPrintablePath(path)}:${line}:${column}: egress.${list}: ${toQuoted(text)}`;
}
