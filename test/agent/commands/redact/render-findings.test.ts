import { describe, expect, test } from "vitest";

import type { CheckResult } from "../../../../agent/commands/redact/check-result.ts";
import { renderFindings } from "../../../../agent/commands/redact/render-findings.ts";
import type { Found } from "../../../../agent/redact/found.ts";
import { toFound } from "./to-found.ts";

const TOKEN = toFound({ line: 12, column: 18, confidence: "certain" });
const VALUE = toFound({
  rule: "known-value",
  fingerprint: "fedcba9876543210",
  line: 1_400,
  column: 3,
  encodings: ["base64", "url"],
  source: "NPM_TOKEN",
});

function toResult(listed: readonly Found[], part: Partial<CheckResult> = {}): CheckResult {
  const byRule = new Map<string, number>();
  for (const { rule } of listed) byRule.set(rule, (byRule.get(rule) ?? 0) + 1);
  return {
    log: { listed, total: listed.length, byRule, lines: 12_000, bytes: 900_000 },
    input: "build.log",
    version: "1.2.3",
    isKeyLasting: true,
    colour: false,
    ...part,
  };
}

function parseSarif(result: CheckResult) {
  return JSON.parse(renderFindings(result, "sarif"));
}

describe("text", () => {
  test("a line for each finding, and one for all", () => {
    expect(renderFindings(toResult([TOKEN, VALUE]), "text")).toBe(
      [
        "build.log:12:18: github-token certain, fingerprint 0123456789abcdef",
        "build.log:1400:3: known-value likely, written as base64 of url, from NPM_TOKEN, fingerprint fedcba9876543210",
        "2 secrets in 12,000 lines: github-token 1, known-value 1",
        "",
      ].join("\n"),
    );
  });

  test("says that there is nothing", () => {
    expect(renderFindings(toResult([]), "text")).toBe("0 secrets in 12,000 lines\n");
  });

  test("says how many more there are than it lists", () => {
    const { log } = toResult([TOKEN]);
    const byRule = new Map([["github-token", 7_001]]);
    const text = renderFindings(toResult([], { log: { ...log, total: 7_001, byRule } }), "text");

    expect(text).toContain("and 7,000 secrets more\n7,001 secrets in 12,000 lines");
  });

  test("is coloured where it is asked for, and says the same", () => {
    const plain = renderFindings(toResult([TOKEN, VALUE]), "text");
    const coloured = renderFindings(toResult([TOKEN, VALUE], { colour: true }), "text");

    expect(coloured).not.toBe(plain);
    // oxlint-disable-next-line no-control-regex -- that is what colours are
    expect(coloured.replaceAll(/\u001B\[\d+m/g, "")).toBe(plain);
  });
});

describe("json", () => {
  test("has everything that is known of a finding", () => {
    expect(JSON.parse(renderFindings(toResult([TOKEN, VALUE]), "json"))).toEqual({
      schemaVersion: 1,
      tool: { name: "runner-guard", version: "1.2.3" },
      input: "build.log",
      lines: 12_000,
      bytes: 900_000,
      total: 2,
      byRule: { "github-token": 1, "known-value": 1 },
      fingerprintsLast: true,
      findings: [TOKEN, VALUE],
    });
  });

  test("is never coloured", () => {
    expect(renderFindings(toResult([TOKEN], { colour: true }), "json")).not.toContain("\u001B");
  });
});

describe("sarif", () => {
  test("names the tool, and each rule once with what to do", () => {
    const { version, $schema, runs } = parseSarif(toResult([TOKEN, VALUE, TOKEN]));

    expect({ version, $schema, runs: runs.length }).toEqual({
      version: "2.1.0",
      $schema: "https://json.schemastore.org/sarif-2.1.0.json",
      runs: 1,
    });
    expect(runs[0].tool.driver).toMatchObject({
      name: "runner-guard",
      version: "1.2.3",
      rules: [
        { id: "github-token", help: { text: expect.stringMatching(/revoke it/) } },
        { id: "known-value", help: { text: expect.stringMatching(/revoke it/) } },
      ],
    });
  });

  test("has a result for each finding, where it is and by which it is known again", () => {
    const [{ results, tool }] = parseSarif(toResult([TOKEN, VALUE])).runs;

    expect(results).toHaveLength(2);
    expect(tool.driver.rules[results[1].ruleIndex].id).toBe("known-value");
    expect(results[0].level).toBe("error");
    expect(results[1]).toMatchObject({
      ruleId: "known-value",
      level: "warning",
      message: {
        text: "Value that was given as secret in line 1400, written as base64 of url; it is that of NPM_TOKEN.",
      },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: "build.log" },
            region: { startLine: 1_400 },
          },
        },
      ],
      partialFingerprints: { "secretHmac/v1": "fedcba9876543210" },
    });
  });

  test("has no fingerprint to compare by where the next run gives another", () => {
    const [{ results }] = parseSarif(toResult([TOKEN], { isKeyLasting: false })).runs;

    expect(results[0]).not.toHaveProperty("partialFingerprints");
  });

  test.each([
    ["/var/log/build #1.log", "file:///var/log/build%20%231.log"],
    ["a:b", "./a:b"],
    ["logs/100%?.txt", "logs/100%25%3F.txt"],
  ])("%s is a URI", (input, uri) => {
    const [{ results }] = parseSarif(toResult([TOKEN], { input })).runs;

    expect(results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(uri);
  });
});
