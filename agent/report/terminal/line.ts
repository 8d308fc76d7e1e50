import { displayWidth } from "./display-width.ts";
import { fitText } from "./fit-text.ts";

export type Style = "title" | "strong" | "dim" | "good" | "warning" | "alarm";

/** A piece of a line. Its text is escaped already; its style is ours, so that colour never counts as width. */
export interface Span {
  readonly text: string;
  readonly style?: Style;
}

export type Line = readonly Span[];

/** Select Graphic Rendition codes of the eight colours every terminal has; reset after each span. */
const CODES: Readonly<Record<Style, string>> = {
  title: "1",
  strong: "1",
  dim: "2",
  good: "32",
  warning: "33",
  alarm: "1;31",
};

/** The line as the terminal gets it: never wider than `columns`, nothing left over at its end. */
export function formatLine(
  line: Line,
  { columns, colour }: { columns: number; colour: boolean },
): string {
  let formatted = "";
  let left = columns;
  for (const { text, style } of withoutTrailingSpace(line)) {
    const fitted = fitText(text, left, "end");
    left -= displayWidth(fitted);
    formatted +=
      colour && style !== undefined && fitted.trim() !== "" ? paint(fitted, style) : fitted;
  }
  return formatted;
}

function paint(text: string, style: Style): string {
  return `\u001b[${CODES[style]}m${text}\u001b[0m`;
}

function withoutTrailingSpace(line: Line): Line {
  const last = line.at(-1);
  if (last === undefined) return line;
  const text = last.text.trimEnd();
  const before = line.slice(0, -1);
  return text === "" ? withoutTrailingSpace(before) : [...before, { ...last, text }];
}
