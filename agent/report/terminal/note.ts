import { escapeForTerminal } from "../escape/escape-terminal.ts";
import type { Line, Style } from "./line.ts";
import { wrapText } from "./wrap-text.ts";

interface NoteStyle {
  readonly mark: "·" | "!" | "✓";
  readonly style: Style;
}

/** A sentence behind a mark, wrapped behind a bar. No sentence, no lines. */
export function toNote(
  sentence: string | undefined,
  columns: number,
  { mark, style }: NoteStyle,
): Line[] {
  if (sentence === undefined) return [];
  const room = { columns: columns - 4, maxLines: 4 };
  return wrapText(escapeForTerminal(sentence), room).map((text, index): Line => [
    { text: index === 0 ? `  ${mark} ` : "  │ ", style },
    { text, style },
  ]);
}
