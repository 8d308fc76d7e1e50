import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

const page = readFileSync("docs/threat-model.md", "utf8");
const BYPASSES = 33;

test("each way past a guard stands in the threat model once, with where it is tried", () => {
  const rows = [...page.matchAll(/^\| (B\d\d) .*\(\.\.\/test\/[^)]+\).*\|$/gm)].map(([, id]) => id);
  const expected = Array.from(
    { length: BYPASSES },
    (_, index) => `B${String(index + 1).padStart(2, "0")}`,
  );

  expect(rows).toEqual(expected);
});
