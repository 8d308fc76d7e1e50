import { expect, test } from "vitest";

import { toProtectedDirectories } from "../../../agent/policy/protected-directories.ts";

test.each([
  { pattern: "**/.git/hooks/**", expected: ["/job/.git/hooks"] },
  { pattern: ".github/workflows/*", expected: ["/job/.github/workflows"] },
  { pattern: "/etc/cron.d/**", expected: ["/etc/cron.d"] },
  { pattern: "/etc/sudoers", expected: ["/etc/sudoers"] },
  { pattern: "**", expected: [] },
  { pattern: "**/*.pem", expected: [] },
  { pattern: "src/{a,b}/**", expected: [] },
])("$pattern is watched at $expected", ({ pattern, expected }) => {
  expect(toProtectedDirectories([pattern], "/job")).toEqual(expected);
});

test("names a place once", () => {
  expect(toProtectedDirectories([".git/hooks/**", "**/.git/hooks"], "/job")).toEqual([
    "/job/.git/hooks",
  ]);
});
