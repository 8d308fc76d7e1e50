import { displayWidth } from "./display-width.ts";
import { fitText, takeStart } from "./fit-text.ts";

/** `text` broken at spaces into lines of at most `columns`, at most `maxLines` of them; the last one ends in an ellipsis if more is left. */
export function wrapText(
  text: string,
  { columns, maxLines }: { columns: number; maxLines: number },
): string[] {
  const lines: string[] = [];
  let rest = text;
  while (displayWidth(rest) > columns && lines.length < maxLines - 1) {
    const line = takeLine(rest, columns);
    lines.push(line.trimEnd());
    rest = rest.slice(line.length).trimStart();
  }
  return [...lines, fitText(rest, columns, "end")];
}

/** At least one character, so that a column too narrow for a wide character still comes to an end. */
function takeLine(text: string, columns: number): string {
  const longest = takeStart(text, columns) || Array.from(text).slice(0, 1).join("");
  const lastSpace = longest.lastIndexOf(" ");
  return lastSpace > 0 && text[longest.length] !== " " ? longest.slice(0, lastSpace) : longest;
}
