import { expect, test } from "vitest";

import { toRetryAfterMs } from "../../../../collector/alerting/sinks/retry-after.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");

test.each([
  ["0", 0],
  ["120", 120_000],
  [" 7 ", 7000],
  ["3601", 3_600_000],
  ["999999999", 3_600_000],
  ["Sun, 01 Mar 2026 12:00:30 GMT", 30_000],
  ["Sun, 01 Mar 2026 11:00:00 GMT", 0],
  ["Mon, 01 Mar 2027 12:00:00 GMT", 3_600_000],
  ["Sun, 99 Mar 2026 12:00:30 GMT", undefined],
  ["-5", undefined],
  ["1.5", undefined],
  ["9999999999999", undefined],
  ["soon", undefined],
  ["", undefined],
  [undefined, undefined],
])("%j means %j ms", (header, expected) => {
  expect(toRetryAfterMs(header, NOW)).toBe(expected);
});
