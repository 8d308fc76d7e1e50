import type { Search } from "../search/detector.ts";
import { NEWLINE, type Text } from "../search/text.ts";

/**
 * Says that the text ended before it was known whether there is a secret behind the anchor at `position`. It is at `start` or
 * behind it; what is before may be shown, unless that is on a line before, which has to be read again.
 */
export function waitForSecret(
  search: Search,
  { bytes }: Pick<Text, "bytes">,
  { position, start }: { readonly position: number; readonly start: number },
): void {
  const isOnLaterLine = bytes.subarray(position, start).includes(NEWLINE);
  search.goesOn(isOnLaterLine ? position : start);
}
