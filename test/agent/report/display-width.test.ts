import * as fc from "fast-check";
import { expect, test } from "vitest";

import { displayWidth } from "../../../agent/report/terminal/display-width.ts";
import { fitText } from "../../../agent/report/terminal/fit-text.ts";
import { wrapText } from "../../../agent/report/terminal/wrap-text.ts";

test.each([
  { text: "", width: 0 },
  { text: "make", width: 4 },
  { text: "…×·│", width: 4 },
  { text: "größe", width: 5 },
  { text: "漢字", width: 4 },
  { text: "ＦＵ", width: 4 },
  { text: "한글", width: 4 },
  { text: "🦀!", width: 3 },
  { text: "𠀋", width: 2 },
])("$text takes $width columns", ({ text, width }) => {
  expect(displayWidth(text)).toBe(width);
});

test.each([
  { columns: 30, fit: "middle" as const, expected: "/home/runner/work/app/index.js" },
  { columns: 15, fit: "middle" as const, expected: "/home/r…ndex.js" },
  { columns: 15, fit: "end" as const, expected: "/home/runner/w…" },
  { columns: 1, fit: "middle" as const, expected: "…" },
  { columns: 0, fit: "end" as const, expected: "" },
])("a path in $columns columns, cut in the $fit", ({ columns, fit, expected }) => {
  expect(fitText("/home/runner/work/app/index.js", columns, fit)).toBe(expected);
});

test("a wide character is never cut in half", () => {
  expect(fitText("漢字漢字", 6, "middle")).toBe("漢…字");
});

test("text is broken at spaces, and the last line says that there is more", () => {
  expect(wrapText("one two three four five", { columns: 9, maxLines: 5 })).toEqual([
    "one two",
    "three",
    "four five",
  ]);
  expect(wrapText("one two three four five", { columns: 9, maxLines: 2 })).toEqual([
    "one two",
    "three fo…",
  ]);
});

test("a word longer than a line is broken where the line ends", () => {
  expect(wrapText("abcdefgh", { columns: 3, maxLines: 9 })).toEqual(["abc", "def", "gh"]);
});

const text = fc.array(fc.constantFrom("a", " ", "漢", "🦀", "/")).map((parts) => parts.join(""));

test("what is fitted or wrapped is never wider than its columns", () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 30 }), (any, columns) => {
      const lines = [
        fitText(any, columns, "end"),
        fitText(any, columns, "middle"),
        ...wrapText(any, { columns, maxLines: 4 }),
      ];
      expect(lines.filter((line) => displayWidth(line) > columns)).toEqual([]);
    }),
  );
});
