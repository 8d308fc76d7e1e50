import { formatCount } from "../summary/formats.ts";
import type { ByteBudget } from "./byte-budget.ts";

export interface MarkdownTable<Row> {
  readonly title: string;
  readonly headers: readonly string[];
  readonly rows: readonly Row[];
  /** Markdown of ours or out of `toCodeSpan` and `toProse`; one cell for each header. */
  readonly toCells: (row: Row) => readonly string[];
}

/** What a section may need besides its rows: title, header, rule and the line that counts what was cut. */
const FRAME_BYTES = 600;

/**
 * A titled table with as many rows as the budget has room for, at most `maxRows`, and a line that counts the others. Nothing
 * when there are no rows.
 */
export function toMarkdownTable<Row>(
  { title, headers, rows, toCells }: MarkdownTable<Row>,
  { budget, maxRows }: { budget: ByteBudget; maxRows: number },
): string {
  if (rows.length === 0 || !budget.take(" ".repeat(FRAME_BYTES))) return "";
  const lines: string[] = [];
  for (const row of rows.slice(0, maxRows)) {
    const line = `${toTableRow(toCells(row))}\n`;
    if (!budget.take(line)) break;
    lines.push(line);
  }
  const more = rows.length - lines.length;
  const table =
    lines.length === 0
      ? ""
      : `${toTableRow(headers)}\n${toTableRow(headers.map(() => "---"))}\n${lines.join("")}`;
  const remainder = more === 0 ? "" : `\n… and ${formatCount(more)} more in the JSON report.\n`;
  return `\n### ${title}\n\n${table}${remainder}`;
}

/**
 * GitHub splits a row at every pipe that has no backslash before it, inside code too, and shows `\|` there as a pipe. A
 * backslash of the text's own before a pipe would turn that round, so it is written as an escape. The other pipes of a cell
 * can only come out of code spans.
 */
export function toTableRow(cells: readonly string[]): string {
  return `| ${cells.map(escapePipes).join(" | ")} |`;
}

function escapePipes(cell: string): string {
  return cell.replaceAll(/\\?\|/g, (pipe) => (pipe === "|" ? "\\|" : "\\x5c\\|"));
}
