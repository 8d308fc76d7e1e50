/** A number with its noun: `1 line`, `2,000 lines`. */
export function toCounted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** `github-token 3, jwt 1`: the most first. */
export function toCountedList(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .toSorted(([one, left], [other, right]) => right - left || (one < other ? -1 : 1))
    .map(([name, count]) => `${name} ${count.toLocaleString("en")}`)
    .join(", ");
}
