import { escapeForTerminal } from "../escape/escape-terminal.ts";
import { formatCount, pluralise } from "../summary/formats.ts";
import type { OutsideWrites } from "../summary/outside-writes.ts";
import { layOutRows } from "./columns.ts";
import type { Line, Span } from "./line.ts";
import { indent, type Section, toRemainder } from "./section.ts";

const maxRows = 8;

export function toWriteSection(writes: readonly OutsideWrites[], columns: number): Section {
  const shown = writes.slice(0, maxRows);
  const lines = layOutRows(
    shown.map(toCells),
    [
      { align: "right", fit: "never" },
      { align: "left", fit: "middle" },
      { align: "left", fit: "spare" },
      { align: "left", fit: "end" },
    ],
    columns - indent.text.length,
  ).map((line): Line => [indent, ...line]);
  return {
    title: "Wrote outside the workspace",
    lines: [...lines, ...toRemainder(writes.length, shown.length)],
  };
}

/** Programs named in one row. */
const maxPrograms = 3;

function toCells({ place, isTemporary, files, operations, programs }: OutsideWrites): Span[] {
  const style = isTemporary ? { style: "dim" as const } : {};
  const names = programs.slice(0, maxPrograms).map(escapeForTerminal);
  const more = programs.length > maxPrograms ? ", …" : "";
  return [
    { text: `${formatCount(files)} ${pluralise("file", files)}`, style: "dim" },
    { text: escapeForTerminal(place), ...style },
    { text: operations.join(", "), ...style },
    { text: `${names.join(", ")}${more}`, ...style },
  ];
}
