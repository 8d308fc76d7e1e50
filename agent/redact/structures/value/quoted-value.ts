import { CARRIAGE_RETURN, NEWLINE } from "../../search/text.ts";
import { toByteFlags } from "./byte-flags.ts";
import { findUnquotedEnd } from "./unquoted-value.ts";

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
    if (byte === NEWLINE || byte === CARRIAGE_RETURN) return findUnquotedEnd(bytes, from, at);
    if (closesAround(bytes, { at, to, backslashes }, opening)) return at - backslashes;
    if (byte === opening.quote && isClosing(backslashes, opening.backslashes)) {
      const isDoubled = bytes[at + 1] === opening.quote && opening.backslashes === 0;
      if (!isDoubled || at === from) return at - opening.backslashes;
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

/** Whether a quote is that of the JSON in which all of this stands: it ends every value in it. */
function closesAround(
  bytes: Uint8Array,
  {
    at,
    to,
    backslashes,
  }: { readonly at: number; readonly to: number; readonly backslashes: number },
  opening: { readonly quote: number; readonly backslashes: number },
): boolean {
  if (bytes[at] !== DOUBLE_QUOTE) return false;
  if (opening.quote === DOUBLE_QUOTE) return isOfLowerLevel(backslashes, opening.backslashes);
  return at + 1 >= to || IS_BEHIND_JSON[bytes[at + 1] ?? 0] === 1;
}

/** A quote that ends a text around that of the opening quote. */
function isOfLowerLevel(backslashes: number, ofOpening: number): boolean {
  for (let ofLevel = 0; ofLevel < ofOpening; ofLevel = 2 * ofLevel + 1) {
    if (isClosing(backslashes, ofLevel)) return true;
  }
  return false;
}

const DOUBLE_QUOTE = 0x22;
const IS_BEHIND_JSON = toByteFlags(",:}]\n\r");
const BACKSLASH = 0x5c;
