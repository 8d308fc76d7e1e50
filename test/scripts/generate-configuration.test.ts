import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import {
  COMMAND_OPTIONS,
  RUN_OPTIONS,
  toFlag,
  toVariableName,
  WATCH_OPTIONS,
} from "../../agent/config.ts";
import { SERVE_FLAGS, SERVE_SECRETS } from "../../collector/config.ts";
import { updateConfiguration } from "../../scripts/generate-configuration.ts";

const page = readFileSync("docs/configuration.md", "utf8");

test("docs/configuration.md is what agent/config.ts and collector/config.ts say", () => {
  expect(updateConfiguration(page)).toBe(page);
});

test("every option has a line with its flag, variable and meaning", () => {
  const lines = page.split("\n");
  const tables = { ...RUN_OPTIONS, ...COMMAND_OPTIONS, ...WATCH_OPTIONS };
  for (const [name, { description }] of Object.entries(tables)) {
    const line = lines.find((it) => it.startsWith(`| \`${toFlag(name)}\``));

    expect(line).toContain(`\`${toVariableName(name)}\``);
    expect(line).toContain(description.slice(0, 12));
  }
});

test.each([...Object.values(SERVE_FLAGS), ...Object.values(SERVE_SECRETS)])(
  "the collector's $variable has a line with its meaning",
  ({ variable, description }) => {
    const lines = page.split("\n").filter((it) => it.includes(`\`${variable}\``));

    expect(lines).toEqual([expect.stringContaining(description.slice(0, 12))]);
  },
);

test("a table that is out of date is written anew, and what stands around it stays", () => {
  const outdated = page.replace("`--sample-period-ms`", "`--sample-period`");

  expect(outdated).not.toBe(page);
  expect(updateConfiguration(outdated)).toBe(page);
});

test.each([
  { page: "# Configuration\n", missing: "has no lines <!-- Options, from agent/config.ts" },
  {
    page: page.replace("<!-- Options of the collector", "<!-- Nothing"),
    missing: "has no lines <!-- Options of the collector",
  },
])("a page without a place for a table is refused: it $missing", ({ page: without, missing }) => {
  expect(() => updateConfiguration(without)).toThrow(missing);
});

test("--check passes on what is checked in", () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    ["scripts/generate-configuration.ts", "--check"],
    { encoding: "utf8" },
  );

  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
