import { expect, test } from "vitest";

import { toVisibleText, withoutInlineCommands } from "../../agent/visible-text.ts";

test.each([
  ["/usr/bin/gcc-14", "/usr/bin/gcc-14"],
  ["größe 漢字 🦀", "größe 漢字 🦀"],
  ["a\nb\tc\rd", "a\\nb\\tc\\rd"],
  ["\u001b[31m", "\\x1b[31m"],
  ["\u009b\u0000\u007f", "\\x9b\\x00\\x7f"],
  ["\u202egnp.exe", "\\u202egnp.exe"],
  ["a\u200bb", "a\\u200bb"],
  ["e\u0301", "e\\u0301"],
  ["\u{e0041}", "\\u{e0041}"],
  ["a\ud800b", "a\\ud800b"],
  ["a\u00a0b", "a\\xa0b"],
])("what cannot be seen is written out: %j", (text, expected) => {
  expect(toVisibleText(text, 100)).toBe(expected);
});

test("the middle of a long text gives way, and no character is halved", () => {
  expect(toVisibleText("0123456789", 7)).toBe("012…789");
  expect(toVisibleText("🦀".repeat(10), 8)).toBe("🦀🦀…🦀");
});

test.each([
  ["x ##[group]y", "x #\\x23[group]y"],
  ["##vso[task.setvariable]", "#\\x23vso[task.setvariable]"],
  ["##TeamCity[x]", "#\\x23TeamCity[x]"],
  ["## heading", "## heading"],
  ["::set-output::", "::set-output::"],
])(
  "of what CI systems obey, %j is broken up where it counts anywhere in a line",
  (text, expected) => {
    expect(withoutInlineCommands(text)).toBe(expected);
  },
);
