import { displayWidth } from "./display-width.ts";
import { type Fit, fitText } from "./fit-text.ts";
import type { Line, Span } from "./line.ts";

/** A span that may have an ellipsis elsewhere than its column. */
export type Cell = Span & { readonly fit?: Fit };

export interface Column {
  readonly align: "left" | "right";
  /**
   * Where the ellipsis goes when the column has to give way. `never` is for short words of ours; `spare` gives way at the
   * end, before all others, and disappears when next to nothing of it is left.
   */
  readonly fit: Fit | "never" | "spare";
}

/** Columns between two cells. */
const GAP = 2;

/** A column gives way to this and no further: less says nothing. */
const MIN_COLUMN = 8;

/** Lays rows out in columns, `width` wide in all, so far as columns may give way. */
export function layOutRows(
  rows: readonly (readonly Cell[])[],
  columns: readonly Column[],
  width: number,
): Line[] {
  const widths = fitWidths(rows, columns, width);
  return rows.map((row) =>
    row.flatMap((cell, index): Span[] => {
      const column = columns[index];
      const cellWidth = widths[index] ?? 0;
      if (column === undefined || cellWidth === 0) return [];
      return [...padCell(cell, column, cellWidth), { text: " ".repeat(GAP) }];
    }),
  );
}

function fitWidths(
  rows: readonly (readonly Cell[])[],
  columns: readonly Column[],
  width: number,
): number[] {
  const widths = columns.map((_, index) =>
    rows.reduce((widest, row) => Math.max(widest, displayWidth(row[index]?.text ?? "")), 0),
  );
  let excess = widthOfAll(widths) - width;
  for (const [index, column] of columns.entries()) {
    if (column.fit === "spare" && excess > 0) excess = giveSpare(widths, index, excess);
  }
  for (; excess > 0; excess -= 1) {
    const index = widestThatGives(widths, columns);
    if (index === -1) break;
    widths[index] = (widths[index] ?? 0) - 1;
  }
  return widths;
}

function widthOfAll(widths: readonly number[]): number {
  const gaps = GAP * (widths.filter((columnWidth) => columnWidth > 0).length - 1);
  return widths.reduce((sum, columnWidth) => sum + columnWidth, gaps);
}

/** What is still in excess after a spare column has given what it can: all of itself, if that is what it takes. */
function giveSpare(widths: number[], index: number, excess: number): number {
  const has = widths[index] ?? 0;
  if (has === 0) return excess;
  if (has - excess >= MIN_COLUMN) {
    widths[index] = has - excess;
    return 0;
  }
  widths[index] = 0;
  return excess - has - GAP;
}

function widestThatGives(widths: readonly number[], columns: readonly Column[]): number {
  let found = -1;
  for (const [index, columnWidth] of widths.entries()) {
    const fit = columns[index]?.fit;
    if (fit === "never" || fit === "spare" || columnWidth <= MIN_COLUMN) continue;
    if (found === -1 || columnWidth > (widths[found] ?? 0)) found = index;
  }
  return found;
}

function padCell(cell: Cell, { align, fit }: Column, width: number): Span[] {
  const text = fitText(cell.text, width, cell.fit ?? (fit === "middle" ? "middle" : "end"));
  const padding = { text: " ".repeat(Math.max(width - displayWidth(text), 0)) };
  const fitted = { ...cell, text };
  return align === "right" ? [padding, fitted] : [fitted, padding];
}
