import type { Found } from "../../redact/found.ts";
import type { CheckResult } from "./check-result.ts";
import { toCounted, toCountedList } from "./to-counted.ts";

const BOLD = "1";
const RED = "31";
const DIM = "2";

/** A line for each finding, as compilers write theirs, and one for all of them. */
export function renderFindingsAsText(result: CheckResult): string {
  const { log, input, colour } = result;
  const { listed, total, byRule, lines } = log;
  const paint = (code: string, text: string): string =>
    colour ? `\u001B[${code}m${text}\u001B[0m` : text;
  const toLine = (found: Found): string =>
    `${paint(BOLD, `${input}:${found.line}:${found.column}:`)} ${paint(RED, found.rule)} ${paint(DIM, describe(found))}\n`;
  const unlisted = total - listed.length;
  return [
    ...listed.map(toLine),
    ...(unlisted === 0 ? [] : [`and ${toCounted(unlisted, "secret")} more\n`]),
    `${toCounted(total, "secret")} in ${toCounted(lines, "line")}${describeRules(byRule)}\n`,
  ].join("");
}

function describe({ confidence, encodings, source, fingerprint }: Found): string {
  return [
    confidence,
    ...(encodings.length === 0 ? [] : [`written as ${encodings.join(" of ")}`]),
    ...(source === undefined ? [] : [`from ${source}`]),
    `fingerprint ${fingerprint}`,
  ].join(", ");
}

function describeRules(byRule: ReadonlyMap<string, number>): string {
  return byRule.size === 0 ? "" : `: ${toCountedList(byRule)}`;
}
