/** The summary for a page: GitHub's job summary, or whatever shows GitHub Flavored Markdown. */
import type { Report } from "../../protocol/report.ts";
import { toCodeSpan, toProse } from "./escape/escape-markdown.ts";
import { createByteBudget } from "./markdown/byte-budget.ts";
import { toMarkdownTable } from "./markdown/markdown-table.ts";
import {
  toDestinationTable,
  toFindingTable,
  toProgramTable,
  toRunningTable,
  toSensorTable,
  toTouchedTable,
  toWriteTable,
} from "./markdown/tables.ts";
import { NO_CONCERNS, toConcerns } from "./summary/concerns.ts";
import {
  hasSucceeded,
  toCommandLine,
  toDuration,
  toModeWords,
  toOutcome,
  toTotalsWords,
} from "./summary/headline.ts";
import { type RunSummary, toRunSummary } from "./summary/run-summary.ts";

/** GitHub refuses a job summary over 1 MiB, and others may have written to it before. */
const MAX_BYTES = 900_000;

/** What the head of the document may take, with every reason at its longest. */
const HEAD_BYTES = 20_000;

/** More rows than anyone reads on a page; the JSON report has them all. */
const MAX_ROWS = 200;

/** Above that many, directories outside the workspace are joined. */
const MAX_DIRECTORIES = 20;

/** Findings come first: a page is read from its top, and what does not fit is cut from its end. */
export function renderMarkdownSummary(report: Report): string {
  const summary = toRunSummary(report, { maxDirectories: MAX_DIRECTORIES });
  const room = { budget: createByteBudget(MAX_BYTES - HEAD_BYTES), maxRows: MAX_ROWS };
  return [
    toHead(report, summary),
    toMarkdownTable(toFindingTable(summary.findings), room),
    toMarkdownTable(toSensorTable(report.sensors), room),
    toLossList(summary),
    toMarkdownTable(toRunningTable(summary.stillRunning), room),
    toMarkdownTable(toDestinationTable(summary.destinations), room),
    toMarkdownTable(toTouchedTable(summary.touched), room),
    toMarkdownTable(toWriteTable(summary.outsideWrites), room),
    toMarkdownTable(toProgramTable(summary.programs, report.run.workingDirectory), room),
  ].join("");
}

function toHead(report: Report, summary: RunSummary): string {
  const { run, mode } = report;
  const concerns = toConcerns(report, summary);
  const mark = hasSucceeded(run) ? "" : "❌ ";
  const isWeaker = mode.requested !== mode.effective;
  const words = isWeaker ? `**⚠️ ${toModeWords(mode)}**` : toModeWords(mode);
  const reasons = mode.reasons.slice(0, MAX_SENTENCES).map((reason) => `- ${toProse(reason)}\n`);
  return [
    `## Runner Guard: ${toCodeSpan(toCommandLine(run))}\n\n`,
    `${mark}**${toProse(toOutcome(run))}** after ${toDuration(run)} · ${words}\n\n`,
    `${toTotalsWords(report).join(" · ")}\n\n`,
    concerns.length === 0 ? `✅ ${NO_CONCERNS}\n` : `**⚠️ ${concerns.join(" · ")}**\n`,
    ...(reasons.length > 0 ? ["\n", ...reasons] : []),
  ].join("");
}

/** Reasons and losses have a handful of names; more would be a mistake or an attack. */
const MAX_SENTENCES = 20;

function toLossList({ losses }: RunSummary): string {
  if (losses.length === 0) return "";
  return `\n${losses
    .slice(0, MAX_SENTENCES)
    .map((loss) => `- ⚠️ ${toProse(loss)}\n`)
    .join("")}`;
}
