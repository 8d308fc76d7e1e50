import type { RankedFind, SecretSearch } from "../search/secret-search.ts";
import { findLineStart, type Text } from "../search/text.ts";
import type { LongestPartial } from "./find-cut.ts";

/** A shorter start of a secret says nothing of it, and masking it would mask any last letter. */
const MIN_MASKED_TAIL = 4;

/** What is at the end of all input and may be the start of a secret, as if more came. */
export function findTail(
  open: Text,
  finds: readonly RankedFind[],
  { search, longestPartial }: { search: SecretSearch; longestPartial: LongestPartial },
): RankedFind[] {
  const { bytes, end } = open;
  const { tokenGoesOnFrom } = search.search(open, findLineStart(open, end));
  const start = Math.min(longestPartial(open) ?? end, tokenGoesOnFrom);
  const isMasked = finds.some((find) => find.end === end);
  if (isMasked || end - start < MIN_MASKED_TAIL) return [];
  const secret = bytes.slice(start, end);
  const known = { rule: "start-of-secret", encodings: [], confidence: "likely" } as const;
  return [{ ...known, start, end, secret, rank: 0 }];
}
