import type { Search } from "../search/detector.ts";
import type { Continuation } from "../search/find.ts";

/** Tells the search of a value that a structure says is secret, written as it is. */
export function addSecret(
  search: Search,
  rule: string,
  value: { readonly start: number; readonly end: number; readonly continuation?: Continuation },
): void {
  const { start, end, continuation } = value;
  search.add({
    rule,
    start,
    end,
    encodings: [],
    confidence: "likely",
    ...(continuation && { continuation }),
  });
}
