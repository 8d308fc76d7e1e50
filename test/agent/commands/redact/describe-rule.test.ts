import { globSync, readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { describeRule } from "../../../../agent/commands/redact/describe-rule.ts";
import { SHAPES } from "../../../../agent/redact/shapes/shapes.ts";

/** How the parts name their rules: as a constant, as the member of a find, as an argument of `addSecret`. */
const NAMED = /(?:\bRULE = |\brule: |\(search, )"([a-z0-9-]+)"/g;
const files = globSync("agent/redact/{decode,known-values,shapes,stream,structures}/**/*.ts");
const rules = new Set(
  files.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(NAMED)].map(([, rule = ""]) => rule),
  ),
);

test("the scan sees rules", () => {
  expect(rules).toContain("known-value");
  expect(rules).toContain("assigned-secret");
  expect(rules).toContain("url-credentials");
});

describe("a rule has a title of its own", () => {
  test.each([...rules, ...SHAPES.map(({ id }) => id)])("%s", (rule) => {
    expect(describeRule(rule).title).not.toContain("of the kind");
  });
});

test("a rule that nobody described is told by its name", () => {
  expect(describeRule("new-rule").title).toBe("Secret of the kind new-rule");
});
