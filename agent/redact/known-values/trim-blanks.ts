import type { ByteString } from "./forms/form.ts";

const BLANKS = " \t\r\n";

/** ASCII alone: `trim` would take bytes of UTF-8 sequences for no-break spaces. */
export function trimBlanks(bytes: ByteString): ByteString {
  let from = 0;
  let to = bytes.length;
  while (from < to && BLANKS.includes(bytes.charAt(from))) from++;
  while (to > from && BLANKS.includes(bytes.charAt(to - 1))) to--;
  return bytes.slice(from, to);
}
