import type { Found } from "../../stores/run-queries.ts";

/** Rows that one answer may look at for what is asked, so that none holds up the others; the next page goes on behind them. */
export const MAX_LOOKED = 10_000;

/** `items` may have one more than `limit`: then there are more. `end`: of the last row that was looked at, where not all were. */
export function toFound<Item, Key>(
  items: readonly Item[],
  limit: number,
  end: Key | undefined,
  toKey: (item: Item) => Key,
): Found<Item, Key> {
  const last = items.length > limit ? items[limit - 1] : undefined;
  return { items: items.slice(0, limit), next: last === undefined ? end : toKey(last) };
}
