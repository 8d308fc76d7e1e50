/** The first mark that is not before a moment; its length where there is none. In the order of time. */
export function findFirstMark(marks: readonly { readonly at: number }[], from: number): number {
  return findFirst(marks.length, (index) => (marks[index]?.at ?? 0) >= from);
}

/** The first bar that may be seen: those of a lane follow on one another, so that the one before may go on still. */
export function findFirstBar(
  bars: readonly { readonly startedAt: number }[],
  from: number,
): number {
  return Math.max(0, findFirst(bars.length, (index) => (bars[index]?.startedAt ?? 0) >= from) - 1);
}

function findFirst(length: number, isBehind: (index: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBehind(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
