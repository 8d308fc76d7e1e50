import { characterWidth, displayWidth } from "./display-width.ts";

export type Fit = "end" | "middle";

/** `text` in at most `columns`; what does not fit gives way to one ellipsis, at the end or in the middle. */
export function fitText(text: string, columns: number, fit: Fit): string {
  if (displayWidth(text) <= columns) return text;
  if (columns < 1) return "";
  if (fit === "end") return `${takeStart(text, columns - 1)}…`;
  // The end of a path says more than its beginning, so it gets the larger half.
  const end = Math.ceil((columns - 1) / 2);
  return `${takeStart(text, columns - 1 - end)}…${takeEnd(text, end)}`;
}

/** As many whole characters from the start as fit. */
export function takeStart(text: string, columns: number): string {
  let taken = "";
  let width = 0;
  for (const character of text) {
    width += characterWidth(character);
    if (width > columns) break;
    taken += character;
  }
  return taken;
}

function takeEnd(text: string, columns: number): string {
  let taken = "";
  let width = 0;
  for (const character of Array.from(text).toReversed()) {
    width += characterWidth(character);
    if (width > columns) break;
    taken = character + taken;
  }
  return taken;
}
