import { expect, test } from "vitest";

import { summarise, summariseUnguarded } from "../../../action/summary/summarise.ts";
import type { Surroundings } from "../../../action/summary/surroundings.ts";
import { parsePolicy } from "../../../agent/policy/parse-policy.ts";
import { findFreeTextFields, withTextEverywhere } from "../../agent/report/free-text-fields.ts";
import { hostileTexts, mixedTexts } from "../../agent/report/hostile-texts.ts";
import { findHarmInPage, RULES_URL } from "../../agent/report/read-page.ts";
import { readSampleReport } from "../../agent/report/sample-report.ts";

const surroundings: Surroundings = {
  maxBytes: 1_048_576,
  failOn: [],
  workspace: "/work",
  degraded: [],
  notSeen: [],
};

test("nothing fails the job that was not asked to", () => {
  const sample = readSampleReport("blocked-run");
  const report = { ...sample, run: { ...sample.run, failures: [] } };
  expect(summarise(report, surroundings).failures).toEqual([]);
  expect(summarise(report, { ...surroundings, failOn: ["violation"] }).failures).toEqual([
    "policy does not allow 14 of the connections",
    "policy does not allow 9 questions for 4 names",
  ]);
});

test("what the guard's own policy says of failing fails no job that asked for nothing", () => {
  const sample = readSampleReport("blocked-run");
  const own = "policy does not allow 14 of the connections";
  const report = { ...sample, run: { ...sample.run, failures: [own, "a process was ended"] } };
  expect(summarise(report, surroundings).failures).toEqual([]);
  expect(summarise(report, { ...surroundings, failOn: ["violation"] }).failures).toEqual([
    own,
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

const hostile = readSampleReport("one-of-each");
const fields = findFreeTextFields(hostile);

/** What a policy to paste must be: read by the guard, and refuse what is not listed. */
function toSuggestedPolicy(markdown: string): string {
  return /\n```yaml\n([^]*?)\n```\n/.exec(markdown)?.[1] ?? "";
}

/** The page itself has them all, in tests of its own. */
const texts = {
  ...mixedTexts,
  "a megabyte": hostileTexts["a megabyte of backticks and pipes"] ?? "",
  nothing: "",
};

test.each(Object.entries(texts))(
  "%s in every field does nothing on the page, in an annotation or an output",
  (_, text) => {
    const report = withTextEverywhere(hostile, fields, text);
    // Of the guard's own making; no policy can be made where these are none.
    for (const set of report.enforcement?.builtIn ?? []) set.destinations = ["api.github.com:443"];
    const { markdown, annotations, outputs, failures } = summarise(report, {
      ...surroundings,
      degraded: [text],
      notSeen: [text],
      rulesUrl: RULES_URL,
      failOn: ["violation", "degraded", "finding-high"],
    });
    expect(findHarmInPage(markdown)).toEqual([]);
    expect(parsePolicy(toSuggestedPolicy(markdown), "suggestion").policy.egress?.mode).toBe(
      "block",
    );
    for (const line of annotations) expect(line).toMatch(/^::(?:error|warning) [^\n\r]+$/);
    for (const line of [...failures, ...Object.values(outputs)]) {
      expect(line.length).toBeLessThan(20_000);
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }
  },
);

test("a report that no guard made is summed up without a policy", () => {
  const report = withTextEverywhere(hostile, fields, "a\nb");
  expect(toSuggestedPolicy(summarise(report, surroundings).markdown)).toBe("");
});

test("a page without room for its first line is empty", () => {
  const report = readSampleReport("blocked-run");
  for (const maxBytes of [-1, 0, 20]) {
    expect(summarise(report, { ...surroundings, maxBytes }).markdown).toBe("");
    expect(summariseUnguarded({ ...surroundings, maxBytes }).markdown).toBe("");
  }
});
