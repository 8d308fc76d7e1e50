import { formatCount } from "../summary/formats.ts";
import type { Block } from "./block.ts";

export interface MarkdownTable<Row> {
  readonly headers: readonly string[];
  readonly rows: readonly Row[];
  /** Markdown of ours or out of `toCodeSpan` and `toProse`; one cell for each header. */
  readonly toCells: (row: Row, index: number) => readonly string[];
}

/** More rows than anyone reads on a page; the JSON report has them all. */
const MAX_ROWS = 500;

/** As many rows as there is room for, and a line that counts the others. Nothing when there are no rows. */
export function toTable<Row>({ headers, rows, toCells }: MarkdownTable<Row>): Block {
  return (budget) => {
    const head = `\n${toTableRow(headers)}\n${toTableRow(headers.map(() => "---"))}\n`;
    if (rows.length === 0 || !budget.take(`${head}${toRemainder(rows.length)}`)) return "";
    const lines: string[] = [];
    for (const [index, row] of rows.slice(0, MAX_ROWS).entries()) {
      const line = `${toTableRow(toCells(row, index))}\n`;
      if (!budget.take(line)) break;
      lines.push(line);
    }
    const more = rows.length - lines.length;
    return `${lines.length === 0 ? "" : `${head}${lines.join("")}`}${more === 0 ? "" : toRemainder(more)}`;
  };
}

function toRemainder(count: number): string {
  return `\n… and ${formatCount(count)} more in the JSON report.\n`;
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
