import type { Response, Severity } from "../../../protocol/primitives.ts";
import { COLLECTOR_RULE_IDS, RULE_IDS } from "../../../protocol/rule-ids.ts";
import { toCodeSpan, toProse } from "../escape/escape-markdown.ts";
import type { FindingRow } from "../summary/findings.ts";
import { formatCount } from "../summary/formats.ts";
import type { MarkdownTable } from "./markdown-table.ts";

const SEVERITY_MARKS: Readonly<Record<Severity, string>> = {
  critical: "🔴 **critical**",
  high: "🔴 **high**",
  medium: "🟠 medium",
  low: "🟡 low",
  info: "info",
};

const DONE: Readonly<Record<Response, string>> = {
  report: "reported",
  "kill-process": "**ended the process**",
  "kill-job": "**ended the job**",
  "quarantine-pod": "**cut the pod off**",
  "kill-pod": "**ended the pod**",
};

/** Our longest advice has 270 characters. */
const MAX_ADVICE = 400;

export function toFindingTable(
  rows: readonly FindingRow[],
  rulesUrl: string | undefined,
): MarkdownTable<FindingRow> {
  const hasSteps = rows.some(({ step }) => step !== null);
  const firstOfRule = new Map(rows.toReversed().map((row) => [row.rule, row]));
  return {
    headers: ["Severity", "Finding", ...(hasSteps ? ["Step"] : []), "Done", "What to do"],
    rows,
    toCells: (row) => [
      SEVERITY_MARKS[row.severity],
      `${toRuleName(row, rulesUrl)}: ${toProse(row.message)}${row.count > 1 ? ` (${formatCount(row.count)} times)` : ""}`,
      ...(hasSteps ? [toCodeSpan(row.step ?? "")] : []),
      toDone(row),
      toAdvice(row, firstOfRule.get(row.rule) === row),
    ],
  };
}

/** With its page, where there is one: rules of one's own have none. */
const HAS_PAGE = new Set(RULE_IDS.filter((id) => !COLLECTOR_RULE_IDS.includes(id)));

function toRuleName({ rule, title }: FindingRow, rulesUrl: string | undefined): string {
  const name = toProse(title);
  return rulesUrl !== undefined && HAS_PAGE.has(rule)
    ? `[${name}](${rulesUrl}/${rule}.md)`
    : `**${name}**`;
}

function toDone({ response, notDone }: FindingRow): string {
  return notDone === null ? DONE[response] : `${DONE[response]}: ${toProse(notDone)}`;
}

/** Once for each rule. */
function toAdvice({ advice }: FindingRow, isFirst: boolean): string {
  if (advice === null) return "–";
  return isFirst ? toProse(advice, MAX_ADVICE) : "as above";
}
