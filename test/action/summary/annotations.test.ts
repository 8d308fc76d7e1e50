import { expect, test } from "vitest";

import { toWorkflowCommand } from "../../../action/summary/annotation.ts";
import { toAnnotations } from "../../../action/summary/to-annotations.ts";
import { createReportBuilder } from "../../../agent/report/report-builder.ts";
import { defaultReportLimits } from "../../../agent/report/report-limits.ts";
import type { GuardEvent } from "../../../protocol/events.ts";
import { hostileTexts } from "../../agent/report/hostile-texts.ts";
import { connection, dnsQuery, finding, finishedRun } from "../../agent/report/run-events.ts";
import { readSampleReport } from "../../agent/report/sample-report.ts";

const WORKSPACE = "/home/runner/work/shop/shop";

function annotationsOf(...events: GuardEvent[]) {
  const builder = createReportBuilder({ limits: defaultReportLimits });
  for (const event of events) builder.add(event);
  return toAnnotations(builder.build(finishedRun), { degraded: [], workspace: WORKSPACE });
}

test("a finding stands at the file that it speaks of, with what to do about it", () => {
  const [annotation] = annotationsOf(
    finding(1, {
      rule: { id: "workflow-write", name: "Workflow or hook written" },
      severity: "high",
      message: `node wrote ${WORKSPACE}/.github/workflows/ci.yml, a workflow of CI`,
      evidence: { path: `${WORKSPACE}/.github/workflows/ci.yml`, advice: "Look at the file." },
      count: 3,
    }),
  );
  expect(annotation).toEqual({
    level: "error",
    title: "Workflow or hook written (high)",
    message: `node wrote ${WORKSPACE}/.github/workflows/ci.yml, a workflow of CI (3 times). Look at the file.`,
    file: ".github/workflows/ci.yml",
  });
});

test.each([
  { path: `${WORKSPACE}/src/../src/a.ts`, file: "src/a.ts" },
  { path: `${WORKSPACE}/src/100%,a:b.ts`, file: "src/100%,a:b.ts" },
  { path: `${WORKSPACE}/../other/a.ts`, file: undefined },
  { path: `${WORKSPACE}-evil/a.ts`, file: undefined },
  { path: `${WORKSPACE}/..`, file: undefined },
  { path: `${WORKSPACE}/..a`, file: "..a" },
  { path: WORKSPACE, file: undefined },
  { path: "/etc/passwd", file: undefined },
  { path: "src/a.ts", file: undefined },
  { path: `${WORKSPACE}/a\nb.ts`, file: undefined },
  { path: `${WORKSPACE}/a\u202eb.ts`, file: undefined },
  { path: 7, file: undefined },
])("$path is $file to GitHub", ({ path, file }) => {
  expect(annotationsOf(finding(1, { evidence: { path } }))[0]?.file).toBe(file);
});

test("without a workspace nothing stands at a file", () => {
  const builder = createReportBuilder({ limits: defaultReportLimits });
  builder.add(finding(1, { evidence: { path: "/a" } }));
  const report = builder.build(finishedRun);
  for (const workspace of [undefined, "", "."]) {
    expect(toAnnotations(report, { degraded: [], workspace })[0]).not.toHaveProperty("file");
  }
});

test("ten of each level are told, the last of which counts the rest, gravest first", () => {
  const many = Array.from({ length: 12 }, (_, index) => index);
  const annotations = annotationsOf(
    ...many.map((index) => finding(index + 1, { severity: "high", message: `high ${index}` })),
    ...many.map((index) => finding(index + 1, { severity: "medium", message: `medium ${index}` })),
    finding(1, { severity: "critical", message: "the gravest" }),
    finding(1, { severity: "info", message: "the slightest" }),
  );
  const levels = annotations.map(({ level }) => level);
  expect(levels.filter((level) => level === "error")).toHaveLength(10);
  expect(levels.filter((level) => level === "warning")).toHaveLength(10);
  expect(annotations[0]?.message).toBe("the gravest.");
  expect(annotations[9]?.message).toMatch(/^4 more of this level/);
  expect(annotations.at(-1)).toMatchObject({ level: "notice", message: "the slightest." });
});

test("what was done alike is told once, with how often", () => {
  const annotations = annotationsOf(finding(1), finding(2, { count: 4 }), finding(3));
  expect(annotations.map(({ message }) => message)).toEqual([
    "A shell talks to the network (6 times).",
  ]);
});

test("what was blocked and what would have been are one warning each, with the first destinations", () => {
  const blocked = Array.from({ length: 7 }, (_, index) =>
    connection(1, { verdict: "blocked", destination: { domain: `h${index}.example`, port: 443 } }),
  );
  const annotations = annotationsOf(
    ...blocked,
    { ...dnsQuery(1, "h1.example"), verdict: "blocked" },
    { ...dnsQuery(1, "only-asked.example"), verdict: "would-block" },
  );
  expect(annotations.map(({ level, message }) => `${level} ${message}`)).toEqual([
    "warning h0.example:443, h1.example:443, h2.example:443, h3.example:443, h4.example:443 and 2 more",
    "warning only-asked.example",
  ]);
});

test("what was less than asked for is one warning", () => {
  const annotations = toAnnotations(readSampleReport("one-of-each"), {
    degraded: ["no sudo"],
    workspace: undefined,
  });
  expect(annotations.find(({ title }) => title.includes("degraded"))?.message).toMatch(
    /^no sudo; mode block \(names only\) was in force, .*; the kernel sensor was degraded/,
  );
});

test("the runner reads back what was meant", () => {
  const command = toWorkflowCommand({
    level: "error",
    title: "a: b, 100%",
    message: "50% of a::b, c\nd%0A",
    file: "src/a,b:c.ts",
    line: 7,
  });
  expect(command).toBe(
    String.raw`::error file=src/a%2Cb%3Ac.ts,line=7,title=a%3A b%2C 100%25::50%25 of a::b, c\nd%250A`,
  );
});

test.each(Object.entries(hostileTexts))("%s is one command of ours in every place", (_, text) => {
  const command = toWorkflowCommand({ level: "warning", title: text, message: text, file: text });
  expect(command).toMatch(/^::warning file=[^,:\n\r]*,title=[^,:\n\r]*::[^\n\r]*$/);
  expect(command).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|##\[|%(?!25|3A|2C)/u);
  expect(command.length).toBeLessThan(20_000);
});
