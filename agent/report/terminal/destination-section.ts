import type { Verdict } from "../../../protocol/primitives.ts";
import { escapeForTerminal } from "../escape/escape-terminal.ts";
import { toDestinationName, toDestinationNote } from "../summary/destination-words.ts";
import type { DestinationRow } from "../summary/destinations.ts";
import { formatCount } from "../summary/formats.ts";
import { layOutRows } from "./columns.ts";
import type { Line, Span, Style } from "./line.ts";
import { indent, type Section, toRemainder } from "./section.ts";

const maxRows = 8;

export function toDestinationSection(
  destinations: readonly DestinationRow[],
  columns: number,
): Section {
  const shown = destinations.slice(0, maxRows);
  const lines = layOutRows(
    shown.map(toCells),
    [
      { align: "left", fit: "never" },
      { align: "left", fit: "middle" },
      { align: "left", fit: "end" },
      { align: "right", fit: "never" },
      { align: "left", fit: "spare" },
    ],
    columns - indent.text.length,
  ).map((line): Line => [indent, ...line]);
  return {
    title: "Talked to",
    lines: [...lines, ...toRemainder(destinations.length, shown.length)],
  };
}

const marks: Readonly<Record<Verdict, Span & { style: Style }>> = {
  blocked: { text: "blocked", style: "alarm" },
  "would-block": { text: "would block", style: "alarm" },
  allowed: { text: "allowed", style: "good" },
};

function toCells(row: DestinationRow): Span[] {
  return [
    marks[row.verdict],
    { text: escapeForTerminal(toDestinationName(row)) },
    { text: escapeForTerminal(row.program) },
    { text: `${formatCount(row.count)}×`, style: "dim" },
    { text: escapeForTerminal(toDestinationNote(row)), style: "dim" },
  ];
}
