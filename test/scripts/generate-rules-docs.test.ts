import { spawnSync } from "node:child_process";

import { expect, test } from "vitest";

import { RULES } from "../../agent/rules/rule-list.ts";
import { describeRules } from "../../scripts/generate-rules-docs.ts";

test("docs/rules is what the rules say of themselves", () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    ["scripts/generate-rules-docs.ts", "--check"],
    { encoding: "utf8" },
  );

  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

test("every rule has a page with all that it says, and a line in the list", () => {
  const pages = describeRules();
  for (const rule of RULES) {
    const page = pages.get(`${rule.id}.md`);

    expect(page).toContain(rule.advice);
    expect(page).toContain(rule.why);
    for (const { url } of rule.references) expect(page).toContain(url);
    expect(pages.get("README.md")).toContain(`[${rule.id}](${rule.id}.md)`);
  }
});
