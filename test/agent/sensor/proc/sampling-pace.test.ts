import { expect, test } from "vitest";

import { decideWaitMs } from "../../../../agent/sensor/proc/sampling-pace.ts";

test.each([
  { periodMs: 250, costMs: 0, expected: 250 },
  { periodMs: 250, costMs: 12.5, expected: 250 },
  { periodMs: 250, costMs: 20, expected: 400 },
  { periodMs: 50, costMs: 5, expected: 100 },
  { periodMs: 50, costMs: 60_000, expected: 10_000 },
])(
  "waits $expected ms when $costMs ms were spent every $periodMs ms",
  ({ periodMs, costMs, expected }) => {
    expect(decideWaitMs(periodMs, costMs)).toBeCloseTo(expected);
  },
);
