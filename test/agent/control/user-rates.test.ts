import { expect, test } from "vitest";

import { createUserRates } from "../../../agent/control/user-rates.ts";

const BOUNDS = { burst: 2, perSecond: 1 };

test("one user's flood takes nothing from another", () => {
  const rates = createUserRates(BOUNDS);

  expect([1, 1, 1].map((user) => rates.take(user, 0))).toEqual([true, true, false]);
  expect(rates.take(2, 0)).toBe(true);
  expect(rates.take(1, 1_000)).toBe(true);
});

test("whoever the kernel does not name has a share, and users without number have no more", () => {
  const rates = createUserRates(BOUNDS);
  const users = Array.from({ length: 1_000 }, (_, user) => user);
  const taken = users.flatMap((user) => [rates.take(user, 0), rates.take(user, 0)]);

  expect(taken.filter(Boolean).length).toBeLessThan(100);
  expect(rates.take(undefined, 0)).toBe(false);
  expect(rates.take(undefined, 2_000)).toBe(true);
});

test("an operator is heard when a job has been all the users that there are places for", () => {
  const rates = createUserRates(BOUNDS, new Set([0, 1_000]));
  for (let user = 1; user < 1_000; user += 1) rates.take(user, 0);
  rates.take(999, 0);

  expect(rates.take(999, 0)).toBe(false);
  expect([0, 1_000].map((user) => rates.take(user, 0))).toEqual([true, true]);
});
