import type { Severity } from "../../../protocol/primitives.ts";
import { escapeForTerminal } from "../escape/escape-terminal.ts";
import type { FindingRow } from "../summary/findings.ts";
import { formatCount } from "../summary/formats.ts";
import type { Line, Span, Style } from "./line.ts";
import { INDENT, type Section, toRemainder } from "./section.ts";
import { wrapText } from "./wrap-text.ts";

const MAX_ROWS = 8;

/** Each finding is a line that names it, and its message wrapped below, behind a bar. */
export function toFindingSection(findings: readonly FindingRow[], columns: number): Section {
  const shown = findings.slice(0, MAX_ROWS);
  return {
    title: "Findings",
    lines: [
      ...shown.flatMap((finding) => [toTitle(finding), ...toMessage(finding, columns)]),
      ...toRemainder(findings.length, shown.length),
    ],
  };
}

const STYLES: Readonly<Record<Severity, Style>> = {
  critical: "alarm",
  high: "alarm",
  medium: "warning",
  low: "dim",
  info: "dim",
};

/** The longest severity, so that rule names stand below each other. */
const SEVERITY_WIDTH = "critical".length;

function toTitle({ severity, rule, program, technique, response, count }: FindingRow): Line {
  const details: Span[] = [
    ...(count > 1 ? [{ text: `  ${formatCount(count)}×`, style: "dim" as const }] : []),
    ...(program === null ? [] : [{ text: `  ${escapeForTerminal(program)}` }]),
    ...(technique === null
      ? []
      : [{ text: `  ${escapeForTerminal(technique)}`, style: "dim" as const }]),
    ...(response === "report" ? [] : [{ text: `  ${response}`, style: "alarm" as const }]),
  ];
  return [
    INDENT,
    { text: severity.padEnd(SEVERITY_WIDTH), style: STYLES[severity] },
    { text: `  ${escapeForTerminal(rule)}`, style: "strong" },
    ...details,
  ];
}

function toMessage({ message }: FindingRow, columns: number): Line[] {
  const bar: Span = { text: `${" ".repeat(SEVERITY_WIDTH + 2)}│ `, style: "dim" };
  const room = Math.max(columns - SEVERITY_WIDTH - 6, 10);
  return wrapText(escapeForTerminal(message), { columns: room, maxLines: 3 }).map((text): Line => [
    INDENT,
    bar,
    { text },
  ]);
}
