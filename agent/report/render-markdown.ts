/** The summary for a page: GitHub's job summary, or whatever shows GitHub Flavored Markdown. */
import type { Report } from "../../protocol/report.ts";
import { toCodeSpan, toProse } from "./escape/escape-markdown.ts";
import { createByteBudget } from "./markdown/byte-budget.ts";
import { toMarkdownTable } from "./markdown/markdown-table.ts";
import {
  toAdvice,
  toCollectorList,
  toEnforcementList,
  toLockdownList,
  toLossList,
  toPostureList,
  toSentences,
} from "./markdown/sentences.ts";
import {
  toDestinationTable,
  toFindingTable,
  toForbiddenNameTable,
  toForbiddenTable,
  toProgramTable,
  toRunningTable,
  toSecretTable,
  toSensorTable,
  toTouchedTable,
  toWriteTable,
} from "./markdown/tables.ts";
import { NO_CONCERNS, toConcerns } from "./summary/concerns.ts";
import {
  hasSucceeded,
  toCommandLine,
  toModeWords,
  toOutcome,
  toTotalsWords,
} from "./summary/headline.ts";
import { type RunSummary, toRunSummary } from "./summary/run-summary.ts";

/** What a page is made with besides the report. */
export interface PageOptions {
  /** What the page has room for: GitHub refuses a step's summary over 1 MiB. */
  readonly maxBytes: number;
  /** Sentences on what nobody watched, besides those that the report knows of. */
  readonly notSeen?: readonly string[];
}

/** What head, advice and lists may take, with every sentence at its longest: 86 of them at some 250 characters, and 50 entries at some 110. */
const HEAD_BYTES = 40_000;

/** More rows than anyone reads on a page; the JSON report has them all. */
const MAX_ROWS = 200;

/** Above that many, directories outside the workspace are joined. */
const MAX_DIRECTORIES = 20;

/** Findings come first: a page is read from its top, and what does not fit is cut from its end. */
export function renderMarkdown(report: Report, { maxBytes, notSeen = [] }: PageOptions): string {
  const summary = toRunSummary(report, { maxDirectories: MAX_DIRECTORIES });
  const room = { budget: createByteBudget(maxBytes - HEAD_BYTES), maxRows: MAX_ROWS };
  const page = [
    toHead(report, summary),
    toLossList(notSeen),
    toMarkdownTable(toFindingTable(summary.findings), room),
    toMarkdownTable(toSecretTable(summary.secrets), room),
    toMarkdownTable(toForbiddenTable(summary.forbiddenDestinations), room),
    toMarkdownTable(toForbiddenNameTable(summary.forbiddenNames), room),
    toAdvice(summary.missingEntries),
    toEnforcementList(summary.enforcement),
    toLockdownList(summary.lockdown),
    toCollectorList(summary.collector),
    toMarkdownTable(toSensorTable(report.sensors), room),
    toLossList(summary.losses),
    toPostureList(summary.posture),
    toMarkdownTable(toRunningTable(summary.stillRunning), room),
    toMarkdownTable(toDestinationTable(summary.destinations), room),
    toMarkdownTable(toTouchedTable(summary.touched), room),
    toMarkdownTable(toWriteTable(summary.outsideWrites), room),
    toMarkdownTable(toProgramTable(summary.programs, report.run.workingDirectory), room),
  ].join("");
  return Buffer.byteLength(page) <= maxBytes ? page : "";
}

function toHead(report: Report, summary: RunSummary): string {
  const { run, mode } = report;
  const concerns = toConcerns(report, summary);
  const mark = hasSucceeded(run) ? "" : "❌ ";
  const isWeaker = mode.requested !== mode.effective;
  const words = isWeaker ? `**⚠️ ${toModeWords(report)}**` : toModeWords(report);
  const { ending, time } = toOutcome(run);
  const command = toCommandLine(run);
  return [
    `## Runner Guard${command === "" ? "" : `: ${toCodeSpan(command)}`}\n\n`,
    `${mark}**${toProse(ending)}** ${time} · ${words}\n\n`,
    `${toTotalsWords(report).join(" · ")}\n\n`,
    concerns.length === 0
      ? `✅ ${NO_CONCERNS}\n`
      : `**⚠️ ${concerns.map(toConcernProse).join(" · ")}**\n`,
    mode.reasons.length === 0 ? "" : `\n${toSentences(mode.reasons, "- ")}`,
  ].join("");
}

/** A number in front can begin a list at the start of a line only, where none of these stands. */
function toConcernProse(concern: string): string {
  const [number = ""] = /^[\d,]+ /.exec(concern) ?? [];
  return `${number}${toProse(concern.slice(number.length))}`;
}
