import type { RankedFind } from "../search/secret-search.ts";

/** A stretch of the input that is masked, and what says so. */
export interface MaskedSpan {
  readonly start: number;
  readonly end: number;
  /** Of the finds that overlap here, the one that knows best. */
  readonly find: RankedFind;
}

/**
 * In the order of the input, those that overlap or touch as one. Lines come one by one, so that what touches at the start of a line
 * stays apart.
 */
export function mergeSpans(
  spans: readonly MaskedSpan[],
  isLineStart: (position: number) => boolean,
): MaskedSpan[] {
  const merged: MaskedSpan[] = [];
  for (const span of inOrder(spans)) {
    const last = merged[merged.length - 1];
    const isApart = last !== undefined && span.start === last.end && isLineStart(span.start);
    if (last === undefined || span.start > last.end || isApart) {
      merged.push(span);
      continue;
    }
    const find = knowsBetter(span.find, last.find) ? span.find : last.find;
    merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, span.end), find };
  }
  return merged;
}

function knowsBetter(one: RankedFind, other: RankedFind): boolean {
  const isCertain = one.confidence === "certain";
  if (isCertain !== (other.confidence === "certain")) return isCertain;
  return one.rank < other.rank;
}

/**
 * Where the input may be cut at `cut` or before it, so that no span is cut: what overlaps what goes on waits for it. Never before
 * `least`.
 */
export function moveOutOfSpans(
  cut: number,
  spans: readonly { readonly start: number; readonly end: number }[],
  least: number,
): number {
  let at = cut;
  // From the last one back: to move the cut can bring it into a span before, never into one behind.
  const ordered = inOrder(spans);
  for (let index = ordered.length - 1; index >= 0; index--) {
    const span = ordered[index];
    if (span !== undefined && span.start < at && span.end > at) at = Math.max(span.start, least);
  }
  return at;
}

/** They come so, most of them. */
function inOrder<Span extends { readonly start: number }>(spans: readonly Span[]): readonly Span[] {
  let last = -Infinity;
  for (const { start } of spans) {
    if (start < last) return spans.toSorted((left, right) => left.start - right.start);
    last = start;
  }
  return spans;
}
