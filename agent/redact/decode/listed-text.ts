import { isPrintable, looksLikeText } from "./looks-like-text.ts";

/** As long as the shortest value that is looked for wherever it stands. */
const MIN_VALUE = 8;

/** Whether bytes that were decoded or listed one by one are worth a search: a given value may be short. */
export function mayHoldSecret(bytes: Uint8Array): boolean {
  let printable = 0;
  for (let at = 0; at < bytes.length; at++) {
    printable = isPrintable(bytes[at] ?? 0) ? printable + 1 : 0;
    if (printable === MIN_VALUE) return true;
  }
  return looksLikeText(bytes, 0);
}
