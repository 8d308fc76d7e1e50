/** For sorting, by code unit: the same order on every machine. */
export function compareText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
