import { escapeForTerminal } from "../escape/escape-terminal.ts";
import { formatCount } from "../summary/formats.ts";
import type { TouchedRow } from "../summary/touched.ts";
import type { Column } from "./columns.ts";
import type { Span } from "./line.ts";
import { toListLines } from "./list-lines.ts";
import type { Section } from "./section.ts";

const MAX_ROWS = 8;
const COLUMNS: readonly Column[] = [
  { align: "left", fit: "never" },
  { align: "left", fit: "middle" },
  { align: "left", fit: "end" },
  { align: "right", fit: "never" },
  { align: "left", fit: "never" },
];

export function toTouchedSection(touched: readonly TouchedRow[], width: number): Section {
  const layout = { columns: COLUMNS, toCells, maxRows: MAX_ROWS };
  return { title: "Touched", lines: toListLines(touched, layout, width) };
}

function toCells({ action, object, program, count, succeeded }: TouchedRow): Span[] {
  return [
    { text: escapeForTerminal(action), style: succeeded ? "warning" : "dim" },
    { text: escapeForTerminal(object) },
    { text: escapeForTerminal(program) },
    { text: `${formatCount(count)}×`, style: "dim" },
    { text: succeeded ? "" : "refused", style: "dim" },
  ];
}
