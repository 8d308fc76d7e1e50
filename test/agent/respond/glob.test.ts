import { expect, test } from "vitest";

import { matchesGlob } from "../../../agent/respond/glob.ts";

test.for([
  ["/usr/bin/node", "/usr/bin/node", true],
  ["/usr/bin/node", "/usr/bin/nodejs", false],
  ["*/node", "/usr/bin/node", true],
  ["*/node", "node", false],
  ["/opt/*/bin/*", "/opt/a/b/bin/c", true],
  ["/opt/*/bin/*", "/opt/bin/c", false],
  ["*", "", true],
  ["", "", true],
  ["a*a", "a", false],
  ["*ab*ab", "xabab", true],
  ["*ab*ab", "xab", false],
  [`${"*a".repeat(1_000)}b`, "a".repeat(10_000), false],
] as const)("%s against %s is %s", ([pattern, text, matches]) => {
  expect(matchesGlob(pattern, text)).toBe(matches);
});
