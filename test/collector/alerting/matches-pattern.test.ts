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
  // Made to be slow: who goes back for each star is not done with it today.
  ["a".repeat(60), `${"*a".repeat(30)}b`, false],
])("%j and %j: %s", (text, pattern, expected) => {
  expect(matchesPattern(text, pattern)).toBe(expected);
});
