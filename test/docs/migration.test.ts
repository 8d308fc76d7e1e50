import { readFileSync } from "node:fs";

import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

import { importWorkflow } from "../../agent/policy/import/import-workflow.ts";

const page = readFileSync("docs/migration.md", "utf8");
const { inputs: ours } = z
  .object({ inputs: z.record(z.string(), z.unknown()) })
  .parse(parse(readFileSync("action.yml", "utf8")));
const tables = [
  { heading: "harden-runner", uses: "step-security/harden-runner@v2" },
  { heading: "bullfrog", uses: "bullfrogsec/bullfrog@v0" },
].map(({ heading, uses }) => ({ heading, uses, rows: readRows(heading) }));

test.each(tables)("$heading has each input in the table that the page shows", ({ uses, rows }) => {
  const names = [...new Set(rows.flatMap(({ input }) => namesIn(input)))];
  const inputs = names.map((name) => `${name}: x`).join(", ");
  const found = importWorkflow(
    `jobs: { a: { steps: [{ uses: ${uses}, with: { ${inputs} } }] } }`,
    "a",
  );

  expect(names.length).toBeGreaterThan(5);
  expect("remarks" in found && found.remarks.filter((it) => it.includes("is no input"))).toEqual(
    [],
  );
});

test.each(tables)("the action has what the table of $heading says that it has", ({ rows }) => {
  const named = rows.flatMap(({ input, action }) =>
    /^(?:the same|without meaning|reads)/.test(action) ? namesIn(input) : namesIn(action),
  );

  expect(named.length).toBeGreaterThan(3);
  expect(named.filter((name) => !(name in ours))).toEqual([]);
});

function readRows(heading: string) {
  const [, section = ""] =
    new RegExp(`^## ${heading}\n(.*?)\nWhat differs:`, "ms").exec(page) ?? [];
  return [...section.matchAll(/^\| (`.+?) \| (.+?) \|/gm)].map(([, input = "", action = ""]) => ({
    input,
    action,
  }));
}

/** Without the values that stand behind some. */
function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`([a-z]+-[a-z-]+|policy|token)(?:: [^`]*)?`/g)].map(
    ([, name = ""]) => name,
  );
}
