export type Cell = string | number;
export type Row = Readonly<Record<string, Cell>>;

/** Lines up rows under the names of their fields; numbers to the right. */
export function renderTable(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const widths = columns.map((column) =>
    Math.max(column.length, ...rows.map((row) => String(row[column] ?? "").length)),
  );
  const head = columns.map((column, index) => column.padEnd(widths[index] ?? 0));
  const body = rows.map((row) =>
    toLine(columns.map((column, index) => alignCell(row[column] ?? "", widths[index] ?? 0))),
  );
  return [toLine(head), toLine(widths.map((width) => "-".repeat(width))), ...body].join("\n");
}

function toLine(cells: readonly string[]): string {
  return cells.join("  ").trimEnd();
}

function alignCell(cell: Cell, width: number): string {
  const text = String(cell);
  return /^[\d.]/u.test(text) ? text.padStart(width) : text.padEnd(width);
}

/** Rounded down, so that 100 % is said only of all. */
export function toPercent(part: number, whole: number): string {
  if (whole === 0) return "-";
  return `${(Math.floor((part / whole) * 10_000) / 100).toFixed(2)} %`;
}

export function toMebibytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}
