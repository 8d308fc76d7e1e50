import { expect, test } from "vitest";

import { createRequestRate } from "../../../agent/control/request-rate.ts";

test("a burst is let through, and then what the rate allows", () => {
  const rate = createRequestRate({ burst: 2, perSecond: 2 });

  expect([0, 0, 0].map((at) => rate.take(at))).toEqual([true, true, false]);
  expect([499, 500, 501].map((at) => rate.take(at))).toEqual([false, true, false]);
});

test("a long pause saves up no more than the burst", () => {
  const rate = createRequestRate({ burst: 2, perSecond: 1 });
  rate.take(0);

  expect([1e9, 1e9, 1e9].map((at) => rate.take(at))).toEqual([true, true, false]);
});

test("a clock that goes back gives nothing away", () => {
  const rate = createRequestRate({ burst: 1, perSecond: 1 });
  rate.take(1_000_000);

  expect(rate.take(0)).toBe(false);
});
