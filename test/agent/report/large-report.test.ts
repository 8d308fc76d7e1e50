import * as fc from "fast-check";
import { expect, test } from "vitest";

import { renderJson } from "../../../agent/report/render-json.ts";
import { renderMarkdown } from "../../../agent/report/render-markdown.ts";
import { renderTerminalSummary } from "../../../agent/report/render-terminal.ts";
import { createReportBuilder } from "../../../agent/report/report-builder.ts";
import { defaultReportLimits } from "../../../agent/report/report-limits.ts";
import type { Report } from "../../../protocol/report.ts";
import { findHarmInPage, RULES_URL } from "./read-page.ts";
import { renderPage } from "./render-page.ts";
import {
  connection,
  fileRead,
  fileWritten,
  finding,
  finishedRun,
  memoryAccess,
  privilegedOperation,
  processStarted,
} from "./run-events.ts";

/** A report with every list as long as `entries` makes it, all entries different, each text ending in `tail`. */
function largeReport(entries: number, tail: string): Report {
  const limits = {
    ...defaultReportLimits,
    reservedProcesses: 0,
    others: entries,
    reservedDnsQueries: 0,
    text: { ...defaultReportLimits.text, total: 1_000_000_000 },
  };
  const builder = createReportBuilder({ limits });
  for (let n = 1; n <= entries; n += 1) {
    builder.add(processStarted(n, { executable: `/opt/tools/${n}/${tail}` }));
    builder.add(
      connection(n, { verdict: "would-block", destination: { domain: `h${n}.${tail}`, port: 1 } }),
    );
    builder.add(fileWritten(n, `/srv/${n % 5_000}/${n}/${tail}`));
    builder.add(fileRead(n, `/root/${n}/${tail}`));
    builder.add(memoryAccess(n, n));
    builder.add(privilegedOperation(n, `${n} ${tail}`));
    builder.add(finding(n, { severity: "critical", message: `${n} ${tail}` }));
  }
  return builder.build(finishedRun);
}

/** It takes 200 ms where nothing else runs, and ten seconds and more where each entry looks at all others. */
const MAX_MS = 1_500;

/** Milliseconds of processor time, of several tries the first that is short enough, so that what else the machine does counts little. */
function bestTime(work: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 5 && best >= MAX_MS; tries += 1) {
    const start = process.cpuUsage();
    work();
    best = Math.min(best, process.cpuUsage(start).user / 1_000);
  }
  return best;
}

test("20,000 of everything is summed up in the time that each takes by itself", () => {
  const report = largeReport(20_000, "a/path/of/usual/length/index.js");
  expect(report.files).toHaveLength(20_000);
  expect(
    bestTime(() => renderTerminalSummary(report, { columns: 100, colour: true })),
  ).toBeLessThan(MAX_MS);
  expect(bestTime(() => renderPage(report))).toBeLessThan(MAX_MS);
});

test("a large report is cut to one look in the terminal, and says what was cut", () => {
  const report = largeReport(1_000, "index.js");
  const lines = renderTerminalSummary(report, { columns: 100, colour: false }).split("\n");
  expect(lines.length).toBeLessThan(90);
  expect(lines.filter((line) => line === "  … and 992 more (all in --report)")).toHaveLength(3);
});

test("a page stays below GitHub's bound, its tables whole, and counts what was cut", () => {
  const report = largeReport(1_000, "漢".repeat(400));
  const markdown = renderPage(report);
  expect(Buffer.byteLength(markdown)).toBeGreaterThan(500_000);
  expect(markdown).toContain("… and 500 more in the JSON report.");
  expect(findHarmInPage(markdown)).toEqual([]);
});

test("whatever room there is, a page fits into it, and what is on it is whole", () => {
  const report = largeReport(300, "漢|`".repeat(100));
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60_000 }), (maxBytes) => {
      const options = {
        maxBytes,
        suggestions: [{ lead: "A file:", yaml: "version: 1\n# ```\n" }],
        rulesUrl: RULES_URL,
      };
      expect(findHarmInPage(renderMarkdown(report, options), maxBytes)).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

test("JSON in parts is what JSON in one piece would be", () => {
  const report = largeReport(3, "name");
  expect([...renderJson(report)].join("")).toBe(`${JSON.stringify(report, null, 2)}\n`);
});

test("JSON cuts a text that no report of ours has, and stays JSON", () => {
  const report = largeReport(1, "x");
  report.run.command = ["y".repeat(10_000_000)];
  const json = [...renderJson(report)].join("");
  expect(json.length).toBeLessThan(200_000);
  expect(JSON.parse(json)).toMatchObject({ totals: report.totals });
});

test("the largest report that a builder makes of hostile text can be written as JSON", () => {
  const builder = createReportBuilder({ limits: defaultReportLimits });
  const hostile = "\u0001".repeat(4_000);
  for (let n = 1; n <= 30_000; n += 1) {
    builder.add(processStarted(n, { args: Array.from({ length: 20 }, () => hostile) }));
    builder.add(fileWritten(n, `/${n}${hostile}`));
    builder.add(
      connection(n, { verdict: "would-block", destination: { domain: `${n}${hostile}` } }),
    );
  }
  let length = 0;
  for (const part of renderJson(builder.build(finishedRun))) length += part.length;
  expect(length).toBeLessThan(400_000_000);
});
