/** The first lines: somebody who reads no further knows whether to. */
import type { Report } from "../../../protocol/report.ts";
import { toCodeSpan, toProse } from "../escape/escape-markdown.ts";
import { findWeaknesses } from "../failures.ts";
import { toCommandLine } from "../summary/command-line.ts";
import { formatCount, pluralise } from "../summary/formats.ts";
import { hasSucceeded, toMeansWords, toOutcome, toTotalsWords } from "../summary/headline.ts";
import { toViolations, type Violation } from "../summary/violations.ts";

/** `degraded`: what the report does not know of. */
export function toHeading(report: Report, degraded: readonly string[]): string {
  const violations = toViolations(report);
  const isDegraded = degraded.length > 0 || findWeaknesses(report).length > 0;
  const words = [
    ...countOf(violations, "blocked", "blocked"),
    ...countOf(violations, "would-block", "would be blocked"),
    ...toFindingWords(report),
    ...toLossWords(report),
    ...(isDegraded ? ["guard degraded"] : []),
  ];
  const mark = toMark(report, { violations, isDegraded });
  return `## ${mark} Runner Guard in ${toMode(report)}: ${words.length === 0 ? "nothing forbidden, nothing found, nothing lost" : words.join(", ")}`;
}

/** By which means, how the job ended, and how much of it there was. */
export function toFacts(report: Report): string {
  const { run } = report;
  const { ending, time } = toOutcome(run);
  const command = toCommandLine(run.command);
  return [
    ...toMeans(report),
    `${command === "" ? "" : `${toCodeSpan(command)} `}${hasSucceeded(run) ? "" : "❌ "}${toProse(ending)} ${time}`,
    ...toTotalsWords(report),
  ].join(" · ");
}

function toMode({ mode: { requested, effective } }: Report): string {
  const name = effective === "block (names only)" ? effective : `${effective} mode`;
  return requested === effective ? name : `${name}, though ${requested} was asked for`;
}

function toMeans({ enforcement }: Report): string[] {
  const words = toMeansWords(enforcement);
  return words === "" ? [] : [toProse(words)];
}

function countOf(
  violations: readonly Violation[],
  verdict: Violation["verdict"],
  words: string,
): string[] {
  const { length } = violations.filter((violation) => violation.verdict === verdict);
  return length === 0 ? [] : [`${formatCount(length)} ${words}`];
}

function toFindingWords({ findings, totals }: Report): string[] {
  const total = totals.findings;
  if (total === 0) return [];
  const grave = (["critical", "high"] as const).flatMap((severity) => {
    const { length } = findings.filter((finding) => finding.severity === severity);
    return length === 0 ? [] : [`${formatCount(length)} ${severity}`];
  });
  const share = grave.length === 0 ? "" : ` (${grave.join(", ")})`;
  return [`${formatCount(total)} ${pluralise("finding", total)}${share}`];
}

function toLossWords({ dropped }: Report): string[] {
  const lost = Object.values(dropped.byReason).reduce((sum, count) => sum + count, 0);
  return lost === 0 ? [] : [`${formatCount(lost)} ${pluralise("event", lost)} lost`];
}

interface Facts {
  readonly violations: readonly Violation[];
  readonly isDegraded: boolean;
}

/** Red for what was stopped or has to be looked at, amber for what might have to be. */
function toMark(report: Report, { violations, isDegraded }: Facts): string {
  const { findings, run } = report;
  const isGrave =
    run.failures.length > 0 ||
    violations.some(({ verdict }) => verdict === "blocked") ||
    findings.some(({ severity }) => severity === "critical" || severity === "high");
  if (isGrave) return "🔴";
  const isDoubtful =
    isDegraded ||
    violations.length > 0 ||
    toLossWords(report).length > 0 ||
    findings.some(({ severity }) => severity === "medium");
  return isDoubtful ? "⚠️" : "✅";
}
