/** Addresses of one block, as long as they are few. */
import { BASELINE_BOUNDS, type Habit } from "./baseline.ts";

type Addresses = Habit["addresses"];

/** The same list where there is none to be added; null: they are more than are told apart. */
export function joinAddresses(before: Addresses, more: Addresses): readonly string[] | null {
  if (before === null || more === null) return null;
  const fresh = (more ?? []).filter((address) => before?.includes(address) !== true);
  if (fresh.length === 0) return before ?? [];
  const joined = [...(before ?? []), ...fresh];
  return joined.length > BASELINE_BOUNDS.addresses ? null : joined.toSorted();
}
