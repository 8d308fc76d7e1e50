import { NEWLINE, type Text } from "../search/text.ts";
import { mayBreakAt } from "./line-break.ts";
import type { PatternStore } from "./pattern-store.ts";
import type { PatternWindows } from "./pattern-windows.ts";

/** Behind the window, most values to their end: many forms of a value that lacks but its last letter are told apart by that alone. */
const LOOKED_AT_BEHIND = 256;
/** Before it, so far as patterns differ that have the same window. */
const LOOKED_AT_BEFORE = 16;
/** A line end, and indentation. */
const MAY_END_BREAK = toByteFlags("\n\t ");

/**
 * False where the bytes beside a window that stands at `position` say that its pattern does not: one differs, and neither it nor what
 * is between it and the window has to do with a line break. Hundreds of patterns may have the same window, and most of them differ
 * right beside it.
 */
export function createMayStandAround(
  store: PatternStore,
  windows: PatternWindows,
): (text: Text, position: number, place: number) => boolean {
  const mayGoOnBehind = (text: Text, shift: number, place: number): boolean => {
    const { bytes } = store;
    const from = windows.endOf(place);
    if (bytes[from - 1] === NEWLINE) return true;
    const to = Math.min(
      store.endOf(windows.patternOf(place)),
      from + LOOKED_AT_BEHIND,
      text.end - shift,
    );
    for (let at = from; at < to; at++) {
      const byte = text.bytes[at + shift] ?? 0;
      if (byte !== bytes[at]) return mayBreakAt(text, at + shift);
      if (byte === NEWLINE) return true;
    }
    return true;
  };
  const mayGoOnBefore = (text: Text, shift: number, place: number): boolean => {
    const { bytes } = store;
    const from = windows.startOf(place);
    const start = store.startOf(windows.patternOf(place));
    const least = Math.max(start, from - LOOKED_AT_BEFORE, text.start - shift);
    for (let at = from - 1; at >= least; at--) {
      const byte = text.bytes[at + shift] ?? 0;
      if (byte !== bytes[at]) return MAY_END_BREAK[byte] === 1;
    }
    return true;
  };
  return (text, position, place) => {
    const shift = position - windows.startOf(place);
    return mayGoOnBehind(text, shift, place) && mayGoOnBefore(text, shift, place);
  };
}

/** A table in which 1 stands for each of the characters. */
function toByteFlags(characters: string): Uint8Array {
  const flags = new Uint8Array(256);
  for (const byte of Buffer.from(characters)) flags[byte] = 1;
  return flags;
}
