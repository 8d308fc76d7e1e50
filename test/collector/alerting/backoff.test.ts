/** How long is waited before the next attempt: docs/alerting.md, "How it is delivered". */
import { expect, test } from "vitest";

import { toBackoff } from "../../../collector/alerting/backoff.ts";

const BOUNDS = { firstMs: 1_000, maxMs: 300_000 };

test.each<[number, number]>([
  [1, 1_000],
  [2, 2_000],
  [3, 4_000],
  [9, 256_000],
  [10, 300_000],
  [32, 300_000],
  [5_000, 300_000],
  [Number.MAX_SAFE_INTEGER, 300_000],
])("after %i failures %i ms are waited at most", (failures, longest) => {
  expect(toBackoff(failures, BOUNDS, 1)).toBe(longest);
});

test("what failed together comes back spread over all of that time", () => {
  const waits = [0, 0.25, 0.5, 0.75, 1].map((random) => toBackoff(4, BOUNDS, random));

  expect(waits).toEqual([0, 2_000, 4_000, 6_000, 8_000]);
});
