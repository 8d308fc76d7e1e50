import { expect, test } from "vitest";

import { matchesPattern } from "../../../collector/alerting/matches-pattern.ts";

test.each([
  ["acme/app", "acme/*", true],
  ["acme/", "acme/*", true],
  ["acme", "acme/*", false],
  ["acme/app", "acme/app", true],
  ["acme/apps", "acme/app", false],
  ["a.c", "a?c", false],
  ["refs/heads/release/1/fix", "refs/*/release/*fix", true],
  ["aba", "ab*ba", false],
  ["abba", "ab*ba", true],
  ["xaxbxc", "*a*b*c", true],
  ["xaxcxb", "*a*b*c", false],
  ["", "*", true],
  [".*", ".*", true],
  ["xy", ".*", false],
])("%j and %j: %s", (text, pattern, expected) => {
  expect(matchesPattern(text, pattern)).toBe(expected);
});

test("a text that is made to be slow is not", () => {
  const before = process.cpuUsage();
  for (let times = 0; times < 100; times += 1)
    expect(matchesPattern("a".repeat(100_000), "*a*a*a*b")).toBe(false);

  expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
});
