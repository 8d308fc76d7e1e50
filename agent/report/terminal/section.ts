import { formatCount } from "../summary/formats.ts";
import { type Cell, type Column, layOutRows } from "./columns.ts";
import type { Line, Span } from "./line.ts";

/** A titled part of the summary. One without lines is left out. */
export interface Section {
  readonly title: string;
  /** Beside the title: what the lines are out of. */
  readonly remark?: string;
  readonly lines: readonly Line[];
}

export function toSectionLines({ title, remark, lines }: Section): Line[] {
  if (lines.length === 0) return [];
  const heading: Span[] = [{ text: title, style: "title" }];
  if (remark !== undefined) heading.push({ text: `  ${remark}`, style: "dim" });
  return [[], heading, ...lines];
}

/** Every line of a section starts with this, so that none starts with text of the job. */
export const INDENT: Span = { text: "  " };

/** Rows in columns, `width` wide with the indentation. */
export function layOutIndented(
  rows: readonly (readonly Cell[])[],
  columns: readonly Column[],
  width: number,
): Line[] {
  return layOutRows(rows, columns, width - INDENT.text.length).map((line) => [INDENT, ...line]);
}

/** The line under a list that was cut, or none. */
export function toRemainder(total: number, shown: number): Line[] {
  const more = total - shown;
  if (more <= 0) return [];
  return [[INDENT, { text: `… and ${formatCount(more)} more (all in --report)`, style: "dim" }]];
}
