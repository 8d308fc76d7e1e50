import { toByteFlags } from "./byte-flags.ts";

const MAX_OPENING = 8;
const BACKSLASH = 0x5c;
const IS_QUOTE = toByteFlags("\"'`");
const IS_OPENING = toByteFlags("\"'`[ ");

/** Behind the quotes, and brackets of a list, that stand before a value; a backslash is of a quote, or else of the value. */
export function skipOpening(bytes: Uint8Array, from: number, end: number): number {
  const to = Math.min(end, from + MAX_OPENING);
  let at = from;
  for (let next = from; next < to; next++) {
    const byte = bytes[next] ?? 0;
    if (IS_OPENING[byte] === 1 && (next === at || IS_QUOTE[byte] === 1)) at = next + 1;
    else if (byte !== BACKSLASH) break;
  }
  return at;
}
