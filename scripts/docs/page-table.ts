/** Tables in pages that are written by hand around them. */

export interface Place {
  readonly page: string;
  readonly begin: string;
  readonly end: string;
}

/** The text with the table in its place; what stands around it stays. Throws when there is no place for it. */
export function putBetween(
  { page, begin: first, end: last }: Place,
  text: string,
  table: string,
): string {
  const begin = text.indexOf(first);
  const end = text.indexOf(last);
  if (begin < 0 || end < begin) throw new Error(`${page} has no lines ${first}and ${last}`);
  return `${text.slice(0, begin)}${first}\n${table}\n${text.slice(end)}`;
}

/** Columns as wide as their widest cell, so that the source reads as a table too. */
export function toTable([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const toLine = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |\n`;
  const rule = widths.map((width) => "-".repeat(width));
  return [head, rule, ...rows].map(toLine).join("");
}

export function toCell(text: string): string {
  return text.replace(/[|<*_]/g, "\\$&");
}
