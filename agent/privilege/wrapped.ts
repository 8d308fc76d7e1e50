import { toVisibleText, withoutInlineCommands } from "../visible-text.ts";

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

/** The longest sentence of ours that carries a path and the kernel's words. */
const MAX_CHARACTERS = 8_192;

/**
 * Paths and the kernel's messages may hold anything, and a wrapped line can begin with any word of them: there CI systems
 * take `::name::` for a command.
 */
function toHarmless(text: string): string {
  return withoutInlineCommands(toVisibleText(text, MAX_CHARACTERS)).replaceAll(
    /(?<=[ ,]|^)::/g,
    String.raw`\x3a:`,
  );
}
