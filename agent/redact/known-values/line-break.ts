import { isOf } from "../search/character-class.ts";
import { CARRIAGE_RETURN, NEWLINE, type Text } from "../search/text.ts";

/** Of what was wrapped: deeper indentation is another text. */
const MAX_INDENTATION = 64;
/** `\` in shells, `=` in quoted-printable, a backtick in PowerShell: the line goes on. */
const LINE_GOES_ON: readonly (number | undefined)[] = [0x5c, 0x3d, 0x60];
const MAY_BEGIN_BREAK = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === NEWLINE || byte === CARRIAGE_RETURN || LINE_GOES_ON.includes(byte) ? 1 : 0,
);

/** Where the line behind the line break at `at` begins; `at` where there is none. */
export function skipBreak({ bytes, end }: Text, at: number): number {
  let position = at;
  if (LINE_GOES_ON.includes(bytes[position])) position++;
  if (position < end && bytes[position] === CARRIAGE_RETURN) position++;
  if (position >= end) return end;
  return bytes[position] === NEWLINE ? position + 1 : at;
}

/** Whether there is a line break at `at`, or may be one where the text ends. */
export function mayBreakAt(text: Text, at: number): boolean {
  return MAY_BEGIN_BREAK[text.bytes[at] ?? 0] === 1 && skipBreak(text, at) !== at;
}

/** Where the line that begins at `at` goes on behind its indentation, of which `wanted` blanks are its own. */
export function skipIndentation({ bytes, end }: Text, at: number, wanted: number): number {
  const most = Math.min(end, at + MAX_INDENTATION + wanted);
  let position = at;
  while (position < most && isOf("blank", bytes[position])) position++;
  return position === end ? end : Math.max(at, position - wanted);
}

/** Where the line before the break that ends at `at` ends; `at` where there is none. `expected` may be its last byte. */
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

/** Also behind the line's indentation. */
export function isAtLineStart({ bytes, start }: Text, at: number): boolean {
  const least = Math.max(start, at - MAX_INDENTATION);
  let position = at;
  while (position > least && isOf("blank", bytes[position - 1])) position--;
  return position === start || bytes[position - 1] === NEWLINE;
}
