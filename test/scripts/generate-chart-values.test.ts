import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { updateChartValues } from "../../scripts/generate-chart-values.ts";

const page = readFileSync("deploy/helm/runner-guard-collector/README.md", "utf8");

test("the chart's README has the values of today", () => {
  expect(updateChartValues(page)).toBe(page);
});

test("each row has a default and a meaning", () => {
  const rows = page.split("\n").filter((line) => /^\| `[a-zA-Z.]+` /.test(line));

  expect(rows.length).toBeGreaterThan(50);
  expect(rows.filter((row) => /\| +\|/.test(row))).toEqual([]);
});

test("a table that is out of date is written anew", () => {
  const outdated = page.replace("`image.repository`", "`image.place`");

  expect(outdated).not.toBe(page);
  expect(updateChartValues(outdated)).toBe(page);
});

test("a page without a place for it is refused", () => {
  expect(() => updateChartValues("# Chart\n")).toThrow("has no lines <!-- Values, from");
});
