import type { Report } from "../../../protocol/report.ts";
import { escapeForTerminal } from "../escape/escape-terminal.ts";
import { NO_CONCERNS, toConcerns } from "../summary/concerns.ts";
import {
  hasSucceeded,
  toCommandLine,
  toDuration,
  toModeWords,
  toOutcome,
  toTotalsWords,
} from "../summary/headline.ts";
import type { RunSummary } from "../summary/run-summary.ts";
import type { Line } from "./line.ts";
import { toNote } from "./note.ts";
import { INDENT } from "./section.ts";
import { wrapText } from "./wrap-text.ts";

/** What ran, how it ended, how it was guarded, and how much there was to see; behind a rule that ends the job's own output. */
export function toHeading(report: Report, summary: RunSummary, columns: number): Line[] {
  const { run, mode } = report;
  const isWeaker = mode.requested !== mode.effective;
  return [
    [{ text: "── Runner Guard ".padEnd(columns, "─"), style: "dim" }],
    ...toCommandLines(run, columns),
    [
      INDENT,
      { text: toOutcome(run), style: hasSucceeded(run) ? "good" : "alarm" },
      { text: ` after ${toDuration(run)}` },
      { text: isWeaker ? "" : ` · ${toModeWords(mode)}` },
    ],
    ...wrapText(toTotalsWords(report).join(" · "), { columns: columns - 2, maxLines: 3 }).map(
      (text): Line => [INDENT, { text, style: "dim" }],
    ),
    ...toConcernLines(toConcerns(report, summary), columns),
    ...toNote(isWeaker ? toModeWords(mode) : undefined, columns, { mark: "!", style: "alarm" }),
    ...mode.reasons
      .slice(0, MAX_REASONS)
      .flatMap((reason) => toNote(reason, columns, { mark: "·", style: "warning" })),
  ];
}

function toConcernLines(concerns: readonly string[], columns: number): Line[] {
  return concerns.length === 0
    ? toNote(NO_CONCERNS, columns, { mark: "✓", style: "good" })
    : toNote(concerns.join(" · "), columns, { mark: "!", style: "alarm" });
}

/** Each is one sentence; a mode has one or two. */
const MAX_REASONS = 4;

function toCommandLines(run: Report["run"], columns: number): Line[] {
  const command = escapeForTerminal(toCommandLine(run)) || "(no command)";
  return wrapText(command, { columns: columns - 2, maxLines: 2 }).map((text, index): Line => [
    { text: index === 0 ? "$ " : "│ ", style: "dim" },
    { text, style: "strong" },
  ]);
}
