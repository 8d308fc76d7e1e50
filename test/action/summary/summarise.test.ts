import { expect, test } from "vitest";

import { summarise, summariseUnguarded } from "../../../action/summary/summarise.ts";
import type { Surroundings } from "../../../action/summary/surroundings.ts";
import { readSampleReport } from "../../agent/report/sample-report.ts";

const surroundings: Surroundings = {
  maxBytes: 1_048_576,
  failOn: [],
  workspace: "/work",
  degraded: [],
  notSeen: [],
};

test("nothing fails the job that was not asked to", () => {
  const report = readSampleReport("blocked-run");
  expect(summarise(report, surroundings).failures).toEqual([]);
  expect(summarise(report, { ...surroundings, failOn: ["violation"] }).failures).toEqual([
    "policy does not allow 14 of the connections",
    "policy does not allow 9 questions for 4 names",
  ]);
});

test("the outputs say what was in force and how much there was", () => {
  expect(summarise(readSampleReport("blocked-run"), surroundings).outputs).toEqual({
    "effective-mode": "block",
    "run-id": "0197a3c2-6d1e-7f00-8000-000000000004",
    violations: "12",
    findings: "2",
    "degraded-reasons": "",
  });
});

test("a job without a report is said to be unguarded, and fails where that is to fail", () => {
  const degraded = ["the guard was killed"];
  const { markdown, outputs, failures, annotations } = summariseUnguarded({
    ...surroundings,
    degraded,
    failOn: ["degraded"],
  });
  expect(markdown).toContain("- ⚠️ the guard was killed\n");
  expect(outputs).toMatchObject({ "effective-mode": "none", "degraded-reasons": degraded[0] });
  expect(failures).toEqual(degraded);
  expect(annotations).toEqual(["::warning title=Runner Guard is degraded::the guard was killed"]);
});
