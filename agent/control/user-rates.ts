/** How often each user may ask something: one who never stops keeps no other from being heard. */
import { createRequestRate, type RateBounds, type RequestRate } from "./request-rate.ts";

export interface UserRates {
  /** Whether there is room for one more of this user's; takes it. */
  take(userId: number | undefined, nowMs: number): boolean;
}

/** A job can be as many users as it likes; those beyond have one share together, with whoever the kernel does not name. */
const MAX_USERS = 32;

/** `operators` have a place of their own whoever came before. */
export function createUserRates(
  bounds: RateBounds,
  operators: ReadonlySet<number> = new Set(),
): UserRates {
  const others = createRequestRate(bounds);
  const rates = new Map<number, RequestRate>();
  for (const userId of operators) rates.set(userId, createRequestRate(bounds));
  const rateOf = (userId: number | undefined): RequestRate => {
    const known = userId === undefined ? others : rates.get(userId);
    if (known !== undefined || userId === undefined || rates.size >= MAX_USERS) {
      return known ?? others;
    }
    const added = createRequestRate(bounds);
    rates.set(userId, added);
    return added;
  };
  return { take: (userId, nowMs) => rateOf(userId).take(nowMs) };
}
