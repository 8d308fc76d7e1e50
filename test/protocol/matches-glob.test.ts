import { expect, test } from "vitest";

import { matchesGlob, matchesRepository } from "../../protocol/matches-glob.ts";

test.for([
  ["/usr/bin/node", "/usr/bin/node", true],
  ["/usr/bin/node", "/usr/bin/nodejs", false],
  ["*/node", "/usr/bin/node", true],
  ["*/node", "node", false],
  ["/opt/*/bin/*", "/opt/a/b/bin/c", true],
  ["/opt/*/bin/*", "/opt/bin/c", false],
  ["acme/*", "acme/", true],
  ["acme/*", "acme", false],
  ["acme/*", "xacme/app", false],
  ["acme/*", "Acme/app", false],
  ["*-shell", "reverse-shell", true],
  ["refs/*/release/*fix", "refs/heads/release/1/fix", true],
  ["*", "", true],
  ["", "", true],
  ["a?c", "abc", false],
  [".*", ".*", true],
  [".*", "xy", false],
  ["*.*", "a.b", true],
  ["a*a", "a", false],
  ["ab*ba", "aba", false],
  ["ab*ba", "abba", true],
  ["*a*b*c", "xaxbxc", true],
  ["*a*b*c", "xaxcxb", false],
  ["*ab*ab", "xabab", true],
  ["*ab*ab", "xab", false],
  // Made to be slow: who goes back for each star is not done with it today.
  [`${"*a".repeat(30)}b`, "a".repeat(60), false],
  [`${"*a".repeat(1_000)}b`, "a".repeat(10_000), false],
] as const)("%s against %s is %s", ([glob, text, matches]) => {
  expect(matchesGlob(glob, text)).toBe(matches);
});

test("a repository's name has no case", () => {
  expect(matchesRepository("acme/*", "Acme/App")).toBe(true);
  expect(matchesRepository("Acme/App", "acme/app")).toBe(true);
  expect(matchesRepository("acme/app", "acme/apps")).toBe(false);
});
