import { escapeForTerminal } from "../escape/escape-terminal.ts";
import { formatCount } from "../summary/formats.ts";
import type { TouchedRow } from "../summary/touched.ts";
import { layOutRows } from "./columns.ts";
import type { Line, Span } from "./line.ts";
import { indent, type Section, toRemainder } from "./section.ts";

const maxRows = 8;

export function toTouchedSection(touched: readonly TouchedRow[], columns: number): Section {
  const shown = touched.slice(0, maxRows);
  const lines = layOutRows(
    shown.map(toCells),
    [
      { align: "left", fit: "never" },
      { align: "left", fit: "middle" },
      { align: "left", fit: "end" },
      { align: "right", fit: "never" },
      { align: "left", fit: "never" },
    ],
    columns - indent.text.length,
  ).map((line): Line => [indent, ...line]);
  return { title: "Touched", lines: [...lines, ...toRemainder(touched.length, shown.length)] };
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
