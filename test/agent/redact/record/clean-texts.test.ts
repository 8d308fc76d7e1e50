import { expect, test } from "vitest";

import { createCleanTexts } from "../../../../agent/redact/record/clean-texts.ts";

const BOUNDS = { halfTexts: 3, halfCharacters: 30, maxCharacters: 20 };

function remembered(texts: readonly string[]): string[] {
  const clean = createCleanTexts(BOUNDS);
  for (const text of texts) clean.add(text);
  return texts.filter((text) => clean.has(text));
}

test.each([
  ["all that there is room for", ["a", "b", "c"], ["a", "b", "c"]],
  ["the half before too", ["a", "b", "c", "d"], ["a", "b", "c", "d"]],
  ["nothing that is older", ["a", "b", "c", "d", "e", "f", "g"], ["d", "e", "f", "g"]],
  [
    "no more characters than it may",
    ["a".repeat(20), "b".repeat(20), "c".repeat(20)],
    ["b".repeat(20), "c".repeat(20)],
  ],
  ["no text that is too long", ["a".repeat(21), "b"], ["b"]],
])("remembers %s", (_, texts, expected) => {
  expect(remembered(texts)).toEqual(expected);
});

test("forgets both halves when it is told to", () => {
  const clean = createCleanTexts(BOUNDS);
  for (const text of ["a", "b", "c", "d"]) clean.add(text);
  clean.clear();

  expect(["a", "d"].map((text) => clean.has(text))).toEqual([false, false]);
});
