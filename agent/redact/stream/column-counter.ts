import type { Scanner } from "../scanner/scanner.ts";

/**
 * Tells of positions in a text of the scanner's memory, each behind the one before, where in their lines they are, from 1. Looks at
 * what lies between two of them once: a line may hold a secret every few bytes.
 */
export function createColumnCounter(
  { findLastLineStart }: Pick<Scanner, "findLastLineStart">,
  textStart: number,
): (position: number) => number {
  let lineStart = textStart;
  let seen = textStart;
  return (position) => {
    const start = findLastLineStart(seen, position);
    if (start > seen) lineStart = start;
    seen = position;
    return position - lineStart + 1;
  };
}
