import { escapeForTerminal } from "../escape/escape-terminal.ts";
import { toDestinationName, toDestinationNote } from "../summary/destination-words.ts";
import type { DestinationRow } from "../summary/destinations.ts";
import { formatCount } from "../summary/formats.ts";
import type { Column } from "./columns.ts";
import type { Span } from "./line.ts";
import { toListLines } from "./list-lines.ts";
import type { Section } from "./section.ts";

const MAX_ROWS = 8;
const COLUMNS: readonly Column[] = [
  { align: "left", fit: "middle" },
  { align: "left", fit: "end" },
  { align: "right", fit: "never" },
  { align: "left", fit: "spare" },
];
/** Where the job went with policy's leave. */
export function toDestinationSection(
  destinations: readonly DestinationRow[],
  width: number,
): Section {
  const layout = { columns: COLUMNS, toCells, maxRows: MAX_ROWS };
  return { title: "Talked to", lines: toListLines(destinations, layout, width) };
}

function toCells(row: DestinationRow): Span[] {
  return [
    { text: escapeForTerminal(toDestinationName(row)) },
    { text: escapeForTerminal(row.program) },
    { text: `${formatCount(row.count)}×`, style: "dim" },
    { text: escapeForTerminal(toDestinationNote(row)), style: "dim" },
  ];
}
