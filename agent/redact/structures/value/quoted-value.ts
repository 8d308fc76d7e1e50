import { CARRIAGE_RETURN, NEWLINE } from "../../search/text.ts";
import { isBlankOrControl } from "./ascii.ts";

/**
 * Where a value ends whose opening quote stands before `from`: before the quote that closes it, with the backslashes of
 * that. A quote that nothing closes in its line opened nothing: the value is a word.
 */
export function findQuotedEnd(
  bytes: Uint8Array,
  opening: { readonly quote: number; readonly backslashes: number },
  { from, to }: { readonly from: number; readonly to: number },
): number {
  let backslashes = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === NEWLINE || byte === CARRIAGE_RETURN) return findWordEnd(bytes, from, at);
    if (byte === opening.quote && isClosing(backslashes, opening.backslashes)) {
      if (bytes[at + 1] !== opening.quote || at === from) return at - opening.backslashes;
      // Two quotes are one within the value, or the value goes on in the next quotes.
      at++;
    }
    backslashes = byte === BACKSLASH ? backslashes + 1 : 0;
  }
  return to;
}

/** Each level of quoting doubles the backslashes and adds one before a quote. */
function isClosing(backslashes: number, ofOpening: number): boolean {
  return backslashes % (2 * (ofOpening + 1)) === ofOpening;
}

function findWordEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && !isBlankOrControl(bytes[at] ?? 0)) at++;
  return at;
}

const BACKSLASH = 0x5c;
