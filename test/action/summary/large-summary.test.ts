import { expect, test } from "vitest";

import { summarise } from "../../../action/summary/summarise.ts";
import { reportOfJob } from "../../agent/report/job-report.ts";
import { findHarmInPage } from "../../agent/report/read-page.ts";

const MAX_BYTES = 1_048_576;
const LEFT_OUT = /^… and ([\d,]+) more in the JSON report\.$/gm;
/** The longest path that Linux has, of what Markdown would make something of. */
const LONGEST = "a|`<b>\\".repeat(580);

function pageOf(processes: number, destinations: number, tail: string): string {
  return summarise(reportOfJob({ processes, destinations, tail }), {
    maxBytes: MAX_BYTES,
    failOn: [],
    workspace: "/work",
    degraded: [],
    notSeen: [],
  }).markdown;
}

function countRows(page: string, pattern: RegExp): number {
  return page.split("\n").filter((line) => pattern.test(line)).length;
}

function leftOut(page: string): number[] {
  return [...page.matchAll(LEFT_OUT)].map(([, count = ""]) => Number(count.replaceAll(",", "")));
}

test("500 programs and 300 destinations are all on the page, which has room for three times as much", () => {
  const page = pageOf(500, 300, "node_modules/.bin/tool");

  expect(findHarmInPage(page, MAX_BYTES / 3)).toEqual([]);
  expect(countRows(page, /^\| .*`host-\d+\.example\.com:443`/)).toBe(300);
  expect(countRows(page, /^\| 1 \| `\/opt\/tools\/package-/)).toBe(500);
  expect(leftOut(page)).toEqual([]);
});

test("a page counts what it has no room for of 5,000 programs and 3,000 destinations", () => {
  const page = pageOf(5_000, 3_000, LONGEST);
  const programs = countRows(page, /^\| 1 \| `+ ?\/opt\/tools\/package-/);
  const destinations = countRows(page, /^\| .*`host-\d+\.example\.com:443`/);

  expect(findHarmInPage(page, MAX_BYTES)).toEqual([]);
  expect([programs, destinations].every((count) => count > 100)).toBe(true);
  expect(leftOut(page)).toEqual(expect.arrayContaining([5_000 - programs, 3_000 - destinations]));
});
