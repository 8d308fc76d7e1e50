import { expect, test } from "vitest";

import { toVisibleText } from "../../collector/visible-text.ts";

test.each([
  ["what a terminal obeys", "\u001b[31mred\u009b2J\u0007", "\\u{1b}[31mred\\u{9b}2J\\u{7}"],
  [
    "ends of lines of all kinds",
    "a\r\nb\u2028c\u2029d\u0085e\v",
    "a\\r\\nb\\u{2028}c\\u{2029}d\\u{85}e\\u{b}",
  ],
  ["what turns text around", "\u202eexe.txt\u2066", "\\u{202e}exe.txt\\u{2066}"],
  ["what has no width", "ad\u200bmin\ufeff\u00ad\u2060", "ad\\u{200b}min\\u{feff}\\u{ad}\\u{2060}"],
  ["marks over their neighbours", "a\u0301\u0336", "a\\u{301}\\u{336}"],
  ["spaces that are none", "a\u00a0b\u3000c\u2800", "a\\u{a0}b\\u{3000}c\\u{2800}"],
  [
    "half letters and letters of nobody",
    "\ud83d|\ude00|\ue000|\u{e0041}",
    "\\u{d83d}|\\u{de00}|\\u{e000}|\\u{e0041}",
  ],
  ["letters of people", "déjà vu 東京 🎉", "déjà vu 東京 🎉"],
])("%s can be seen in a line", (_, text, visible) => {
  expect(toVisibleText(text, 200)).toBe(visible);
});

test("a text is cut off, and not within a letter, however long it is and what it is made of", () => {
  expect(toVisibleText("\u3000\u{1f600}\u{1f600}\u{1f600}", 12)).toBe("\\u{3000}\u{1f600}…");
  expect(toVisibleText("\u{1f600}".repeat(1_000_000), 4)).toBe("\u{1f600}…");
  expect(toVisibleText("\n".repeat(1_000_000), 9)).toBe("\\n\\n\\n\\n…");
});
