import { expect, test } from "vitest";

import { matchesRef } from "../../../collector/detection/ref-pattern.ts";

test.each([
  ["refs/heads/main", "refs/heads/main", true],
  ["refs/heads/main", "refs/heads/main2", false],
  ["refs/heads/main", "refs/heads/Main", false],
  ["refs/heads/main", "main", false],
  ["refs/heads/release/**", "refs/heads/release/1/2", true],
  ["refs/heads/release/**", "refs/heads/release", false],
  ["refs/heads/release/**", "refs/pull/1/refs/heads/release/1", false],
  ["refs/heads/*-stable", "refs/heads/9-stable", true],
  ["refs/heads/*-stable", "refs/heads/evil/9-stable", false],
  ["refs/heads/*-stable", "refs/heads/-stable", true],
  ["refs/heads/ab*ba", "refs/heads/aba", false],
  ["*", "main", true],
  ["*", "refs/heads/main", false],
  ["**", "refs/pull/1/merge", true],
  [".+", "main", false],
])("%s and %s: %s", (pattern, ref, isMatch) => {
  expect(matchesRef(pattern, ref)).toBe(isMatch);
});
