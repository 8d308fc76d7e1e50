import { expect, test } from "vitest";

import { toPrintable, toPrintablePath, toQuoted } from "../../../agent/policy/printable.ts";

test.each([
  ["a\nb", "a\\nb"],
  ["\u001b[2J", "\\x1b[2J"],
  ["git\u202ebuh", "git\\u202ebuh"],
  ["a\u2800b", "a\\u2800b"],
  ["e\u0301vil", "e\\u0301vil"],
  ["##[error]x", "#\\x23[error]x"],
])("%j is told as %s", (text, expected) => {
  expect(toPrintable(text)).toBe(expected);
});

test("a long text keeps its two ends", () => {
  expect(toPrintable("0123456789", 7)).toBe("012…789");
  expect(toPrintable("x".repeat(1_000_000)).length).toBeLessThanOrEqual(300);
});

test("a quote inside of quotes does not end them", () => {
  expect(toQuoted('a"b')).toBe(String.raw`"a\"b"`);
});

test("no path begins a line with what a CI system obeys", () => {
  expect(toPrintablePath("::set-output name=a::b")).toBe("./::set-output name=a::b");
  expect(toPrintablePath("policy.yml")).toBe("policy.yml");
});
