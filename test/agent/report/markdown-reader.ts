interface Table {
  readonly headers: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * The tables of a document, split as GitHub's parser splits them: at every pipe that no backslash stands before, whatever is
 * round it.
 */
export function toTables(markdown: string): Table[] {
  const tables: Table[] = [];
  let current: string[][] = [];
  for (const line of [...markdown.split("\n"), ""]) {
    if (line.startsWith("|")) {
      current.push(toCells(line));
      continue;
    }
    const [headers, rule, ...rows] = current;
    if (headers !== undefined && rule?.every((cell) => cell === "---") === true) {
      tables.push({ headers, rows });
    }
    current = [];
  }
  return tables;
}

function toCells(row: string): string[] {
  const cells: string[] = [];
  let cell = "";
  for (let index = 1; index < row.length; index += 1) {
    const character = row.charAt(index);
    if (character === "\\" && row.charAt(index + 1) === "|") {
      cell += "|";
      index += 1;
    } else if (character === "|") {
      cells.push(cell.trim());
      cell = "";
    } else {
      cell += character;
    }
  }
  return cells;
}

/** A document without its code spans, read as CommonMark does: a run of backticks up to the next run of the same length. */
export function toTextOutsideCode(markdown: string): string {
  return markdown.split("\n").flatMap(toInlines).map(removeCode).join("\n");
}

/** A cell is text of its own: no code span goes on in the next one. */
function toInlines(line: string): string[] {
  return line.startsWith("|") ? toCells(line) : [line];
}

function removeCode(inline: string): string {
  return inline.replaceAll(/(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)/g, (_, run: string) =>
    // GitHub's parser knows no runs longer than this.
    run.length > 80 ? run : "",
  );
}
