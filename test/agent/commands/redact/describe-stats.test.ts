import { expect, test } from "vitest";

import { describeStats } from "../../../../agent/commands/redact/describe-stats.ts";

const NOTHING = {
  lines: 0,
  bytes: 0,
  total: 0,
  byRule: new Map<string, number>(),
  byEncoding: new Map<string, number>(),
};

test("says what was seen, masked, known and left alone", () => {
  const observed = {
    lines: 1_234,
    bytes: 98_765,
    total: 5,
    byRule: new Map([
      ["jwt", 1],
      ["github-token", 4],
    ]),
    byEncoding: new Map([["base64", 2]]),
  };

  expect(
    describeStats(observed, { redacted: 5, values: 500, refusedValues: 2, notDecoded: 1 }),
  ).toBe(
    [
      "1,234 lines, 98,765 bytes",
      "5 secrets: github-token 4, jwt 1",
      "encodings: base64 2",
      "500 known values, 2 refused",
      "1 encoded run not looked into",
    ].join("\n"),
  );
});

test("is short where there is nothing to say", () => {
  expect(describeStats(NOTHING, { redacted: 0, values: 0, refusedValues: 0, notDecoded: 0 })).toBe(
    "0 lines, 0 bytes\n0 secrets\n0 known values, 0 refused",
  );
});
