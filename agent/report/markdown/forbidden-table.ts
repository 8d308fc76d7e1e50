import { toCodeSpan } from "../escape/escape-markdown.ts";
import type { ForbiddenRow } from "../summary/forbidden.ts";
import { formatCount } from "../summary/formats.ts";
import type { MarkdownTable } from "./markdown-table.ts";

const MARKS: Readonly<Record<ForbiddenRow["outcome"], string>> = {
  blocked: "🔴 **blocked**",
  refused: "🔴 **refused**",
  redirected: "🟠 **redirected**",
  "would-block": "🟠 **would block**",
};

/** A command says enough by its beginning and end; what it is longer makes the table hard to read. */
const MAX_COMMAND = 80;

export function toForbiddenTable(rows: readonly ForbiddenRow[]): MarkdownTable<ForbiddenRow> {
  const hasSteps = rows.some(({ step }) => step !== null);
  return {
    headers: ["Verdict", "Destination", ...(hasSteps ? ["Step"] : []), "Command", "Times", "Why"],
    rows,
    toCells: ({ outcome, destination, step, program, command, count, note }) => [
      MARKS[outcome],
      toCodeSpan(destination),
      ...(hasSteps ? [toCodeSpan(step ?? "")] : []),
      toCodeSpan(command ?? program, MAX_COMMAND),
      formatCount(count),
      toCodeSpan(note),
    ],
  };
}
