import type { Report } from "../../../protocol/report.ts";
import { escapeForTerminal } from "../escape/escape-terminal.ts";
import { toCommandLine } from "../summary/command-line.ts";
import { NO_CONCERNS, toConcerns } from "../summary/concerns.ts";
import { hasSucceeded, toModeWords, toOutcome, toTotalsWords } from "../summary/headline.ts";
import type { RunSummary } from "../summary/run-summary.ts";
import { displayWidth } from "./display-width.ts";
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
    ...toOutcomeLines(report, isWeaker ? "" : toModeWords(report), columns),
    ...wrapText(toTotalsWords(report).join(" · "), { columns: columns - 2, maxLines: 3 }).map(
      (text): Line => [INDENT, { text, style: "dim" }],
    ),
    ...toConcernLines(toConcerns(report, summary), columns),
    ...toNote(isWeaker ? toModeWords(report) : undefined, columns, { mark: "!", style: "alarm" }),
    ...mode.reasons
      .slice(0, MAX_REASONS)
      .flatMap((reason) => toNote(reason, columns, { mark: "·", style: "warning" })),
  ];
}

/** The mode stands behind the end, or below where it would be cut. */
function toOutcomeLines({ run }: Report, mode: string, columns: number): Line[] {
  const { ending, time } = toOutcome(run);
  const line: Line = [
    INDENT,
    { text: ending, style: hasSucceeded(run) ? "good" : "alarm" },
    { text: ` ${time}` },
  ];
  if (mode === "") return [line];
  const room = columns - INDENT.text.length;
  const isRoom = displayWidth(`${ending} ${time} · ${mode}`) <= room;
  if (isRoom) return [[...line, { text: ` · ${mode}` }]];
  const below = wrapText(mode, { columns: room, maxLines: 2 });
  return [line, ...below.map((text): Line => [INDENT, { text }])];
}

function toConcernLines(concerns: readonly string[], columns: number): Line[] {
  return concerns.length === 0
    ? toNote(NO_CONCERNS, columns, { mark: "✓", style: "good" })
    : toNote(concerns.join(" · "), columns, { mark: "!", style: "alarm" });
}

/** Each is one sentence; a mode has one or two. */
const MAX_REASONS = 4;

function toCommandLines(run: Report["run"], columns: number): Line[] {
  const command = escapeForTerminal(toCommandLine(run.command));
  if (command === "") return [];
  return wrapText(command, { columns: columns - 2, maxLines: 2 }).map((text, index): Line => [
    { text: index === 0 ? "$ " : "│ ", style: "dim" },
    { text, style: "strong" },
  ]);
}
