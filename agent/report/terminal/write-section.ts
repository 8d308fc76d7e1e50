import { escapeForTerminal } from "../escape/escape-terminal.ts";
import { formatCount, pluralise } from "../summary/formats.ts";
import type { OutsideWrites } from "../summary/outside-writes.ts";
import type { Column } from "./columns.ts";
import type { Span } from "./line.ts";
import { toListLines } from "./list-lines.ts";
import type { Section } from "./section.ts";

const MAX_ROWS = 8;
const COLUMNS: readonly Column[] = [
  { align: "right", fit: "never" },
  { align: "left", fit: "middle" },
  { align: "left", fit: "spare" },
  { align: "left", fit: "end" },
];
/** Programs named in one row. */
const MAX_PROGRAMS = 3;

export function toWriteSection(writes: readonly OutsideWrites[], width: number): Section {
  const layout = { columns: COLUMNS, toCells, maxRows: MAX_ROWS };
  return { title: "Wrote outside the workspace", lines: toListLines(writes, layout, width) };
}

function toCells({ place, isTemporary, files, operations, programs }: OutsideWrites): Span[] {
  const style = isTemporary ? { style: "dim" as const } : {};
  const names = programs.slice(0, MAX_PROGRAMS).map(escapeForTerminal);
  const more = programs.length > MAX_PROGRAMS ? ", …" : "";
  return [
    { text: `${formatCount(files)} ${pluralise("file", files)}`, style: "dim" },
    { text: escapeForTerminal(place), ...style },
    { text: operations.join(", "), ...style },
    { text: `${names.join(", ")}${more}`, ...style },
  ];
}
