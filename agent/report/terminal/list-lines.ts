import type { Cell, Column } from "./columns.ts";
import type { Line } from "./line.ts";
import { layOutIndented, toRemainder } from "./section.ts";

interface ListLayout<Item> {
  readonly columns: readonly Column[];
  readonly toCells: (item: Item) => readonly Cell[];
  /** Further items are only counted. */
  readonly maxRows: number;
}

/** The lines of a section that is a list: a row for each of the first items, `width` wide, and one that counts the others. */
export function toListLines<Item>(
  items: readonly Item[],
  { columns, toCells, maxRows }: ListLayout<Item>,
  width: number,
): Line[] {
  const shown = items.slice(0, maxRows).map(toCells);
  return [...layOutIndented(shown, columns, width), ...toRemainder(items.length, shown.length)];
}
