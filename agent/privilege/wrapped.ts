/** Narrower than this, words stand one on a line and nothing reads well any more. */
const MIN_COLUMNS = 20;

/**
 * Lines of at most `columns`: `head`, then the text, its further lines indented as deep as `head` is long. A line breaks
 * after a space or a comma, as lists of capabilities are longer than a line and have commas alone.
 */
export function wrapAfter(head: string, text: string, columns: number): string[] {
  const width = Math.max(MIN_COLUMNS, columns - head.length);
  const lines: string[] = [];
  let line = "";
  for (const piece of toHarmless(text).split(/(?<=[ ,])(?=[^ ])/)) {
    if (line !== "" && (line + piece).trimEnd().length > width) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += piece;
  }
  lines.push(line);
  return lines.map((content, index) => (index === 0 ? head : " ".repeat(head.length)) + content);
}

/**
 * Paths and the kernel's messages may hold anything. A control or direction mark must not reach a terminal, and CI systems
 * take commands out of a job's output: `::name::` where a line's first word begins, `##[name]` and its kind anywhere.
 */
function toHarmless(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\u{FFFD}")
    .replaceAll(/(?<=[ ,]|^)::/g, String.raw`\x3a:`)
    .replaceAll(/##(?=\[|vso\[|teamcity\[)/gi, String.raw`#\x23`);
}
