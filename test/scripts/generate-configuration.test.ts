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
import { updateConfiguration } from "../../scripts/generate-configuration.ts";

const page = readFileSync("docs/configuration.md", "utf8");

test("docs/configuration.md is what agent/config.ts says", () => {
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

test("a table that is out of date is written anew, and what stands around it stays", () => {
  const outdated = page.replace("`--sample-period-ms`", "`--sample-period`");

  expect(outdated).not.toBe(page);
  expect(updateConfiguration(outdated)).toBe(page);
});

test("a page without a place for the table is refused", () => {
  expect(() => updateConfiguration("# Configuration\n")).toThrow("has no lines <!-- Options");
});

test("--check passes on what is checked in", () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    ["scripts/generate-configuration.ts", "--check"],
    { encoding: "utf8" },
  );

  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
