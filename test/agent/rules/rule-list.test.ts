import { existsSync } from "node:fs";

import { expect, test } from "vitest";

import { RULES } from "../../../agent/rules/rule-list.ts";
import { RULE_IDS } from "../../../protocol/rule-ids.ts";

/** What other parts of the agent find out; these have tests of their own. */
const SEEN_ELSEWHERE = new Set(["secret-in-log"]);

test("no two rules have the same id", () => {
  const ids = RULES.map(({ id }) => id);

  expect(new Set(ids).size).toBe(ids.length);
});

test.each(RULES)("$id can be set by policy, and stands in a file of its name", ({ id }) => {
  expect(RULE_IDS).toContain(id);
  expect(existsSync(`agent/rules/catalogue/${id}.ts`)).toBe(true);
});

test.each(RULES)("$id says all that a reader needs", (rule) => {
  const { title, flags, why, advice, techniques, references, honest } = rule;

  expect(title).toMatch(/^[A-Z].{4,60}[^.]$/);
  for (const sentence of [flags, why, advice, ...honest]) expect(sentence).toMatch(/^[A-Z`].*\.$/s);
  for (const technique of techniques) expect(technique).toMatch(/^T\d{4}(\.\d{3})?$/);
  for (const { url } of references) expect(new URL(url).protocol).toBe("https:");
  expect(references.length).toBeGreaterThan(0);
  expect(honest.length).toBeGreaterThan(0);
});

test.each(RULES.filter(({ id }) => !SEEN_ELSEWHERE.has(id)))(
  "$id is played by programs that do it, and by honest ones",
  ({ id }) => {
    expect(existsSync(`test/attacks/${id}/cases.test.ts`)).toBe(true);
  },
);
