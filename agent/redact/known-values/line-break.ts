import { isOf } from "../search/character-class.ts";
import { CARRIAGE_RETURN, NEWLINE, type Text } from "../search/text.ts";

/** Of what was wrapped: deeper indentation is another text. */
const MAX_INDENTATION = 64;
/** `\` in shells, `=` in quoted-printable, a backtick in PowerShell: the line goes on. */
const LINE_GOES_ON: readonly (number | undefined)[] = [0x5c, 0x3d, 0x60];

/** Where the text goes on behind the line break at `at` and the indentation after it; `at` where there is none. */
export function skipBreak({ bytes, start, end }: Text, at: number): number {
  let position = at;
  const wasBroken = at > start && bytes[at - 1] === NEWLINE;
  if (!wasBroken) {
    if (LINE_GOES_ON.includes(bytes[position])) position++;
    if (position < end && bytes[position] === CARRIAGE_RETURN) position++;
    if (position >= end) return end;
    if (bytes[position] !== NEWLINE) return at;
    position++;
  }
  const most = Math.min(end, position + MAX_INDENTATION);
  while (position < most && isOf("blank", bytes[position])) position++;
  return position;
}

/** Where the text before the line break that ends at `at` ends; `at` where there is none. */
export function skipBreakBackwards(
  { bytes, start }: Text,
  at: number,
  expected: number | undefined,
): number {
  let position = at;
  const least = Math.max(start, at - MAX_INDENTATION);
  while (position > least && isOf("blank", bytes[position - 1])) position--;
  if (position === start || bytes[position - 1] !== NEWLINE) return at;
  if (expected === NEWLINE) return position;
  position--;
  const isOver = (byte: number | undefined): boolean => position > start && byte !== expected;
  if (bytes[position - 1] === CARRIAGE_RETURN && isOver(CARRIAGE_RETURN)) position--;
  const last = bytes[position - 1];
  if (LINE_GOES_ON.includes(last) && isOver(last)) position--;
  return position;
}
