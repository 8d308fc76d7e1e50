import { expect, test } from "vitest";

import { decideWaitMs } from "../../../../agent/sensor/proc/sampling-pace.ts";

test.each([
  { periodMs: 250, costMs: 0, expected: 250 },
  { periodMs: 250, costMs: 10, expected: 250 },
  { periodMs: 250, costMs: 20, expected: 500 },
  { periodMs: 50, costMs: 5, expected: 125 },
  { periodMs: 50, costMs: 60_000, expected: 10_000 },
])(
  "waits $expected ms when $costMs ms were spent every $periodMs ms",
  ({ periodMs, costMs, expected }) => {
    expect(decideWaitMs(periodMs, costMs)).toBeCloseTo(expected);
  },
);
