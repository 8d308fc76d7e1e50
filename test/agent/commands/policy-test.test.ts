import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { runPolicySuggest } from "../../../agent/commands/policy-suggest.ts";
import { runPolicyTest } from "../../../agent/commands/policy-test.ts";
import type { Report } from "../../../protocol/report.ts";
import {
  connectionTo,
  findingOf,
  madeReport,
  processOf,
  questionFor,
} from "../policy/made-report.ts";

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "policy-test-"));
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

const RUN: Partial<Report> = {
  processes: [processOf("/usr/bin/node", { step: { step: "install" } })],
  connections: [
    connectionTo("registry.npmjs.org", { count: 7 }),
    connectionTo("github.com:22"),
    connectionTo("127.0.0.1:8080"),
  ],
  dnsQueries: [questionFor("telemetry.example.com")],
  findings: [findingOf("reverse-shell"), findingOf("new-process", { severity: "low" })],
};

test("what is not listed is said with who did it, where and how often", () => {
  const { status, stdout } = testPolicy("egress: { mode: block, allow: [github.com:22] }", RUN);

  expect(status).toBe(1);
  expect(stdout).toContain(
    [
      "Would have been blocked:",
      "  registry.npmjs.org:443/tcp: node (step install), 7 times; default",
      "  the name telemetry.example.com: node (step install), once; default",
      "Would have been flagged:",
    ].join("\n"),
  );
});

test("the same thing in two reports is one line with the counts put together", () => {
  const { stdout } = testPolicy("egress: { allow: [a.example] }", RUN, RUN);

  expect(stdout).toContain("Would have been blocked, were the mode block:\n");
  expect(stdout).toContain("registry.npmjs.org:443/tcp: node (step install), 14 times; default\n");
});

test("an entry of deny is named, and wins", () => {
  const policy = "egress: { allow: ['*:*'], deny: [github.com, '*.github.com'] }";

  expect(testPolicy(policy, RUN).stdout).toMatch(
    /blocked, were the mode block:\n {2}github\.com:22\/tcp: .*; egress\.deny: github\.com\nWould/,
  );
});

test("a name is known by the answers of the run's own DNS", () => {
  const asked = {
    connections: [connectionTo("198.51.100.9")],
    dnsQueries: [questionFor("cdn.example.com", { answers: ["198.51.100.9"] })],
  };

  expect(testPolicy("egress: { allow: [cdn.example.com] }", asked)).toMatchObject({ status: 0 });
  expect(testPolicy("egress: { allow: [cdn.example.org] }", asked)).toMatchObject({ status: 1 });
});

test("findings have the severity and response that the policy gives them, or are switched off", () => {
  const { stdout } = testPolicy(
    "rules: { reverse-shell: { severity: medium, response: kill-job }, new-process: off }",
    RUN,
  );

  expect(stdout).toContain("  medium reverse-shell (kill-job): something was done: node");
  expect(stdout).not.toContain("new-process");
});

test.each([
  { policy: "fail-on: [finding-high]", status: 1 },
  { policy: "fail-on: [finding-high]\nrules: { reverse-shell: { severity: medium } }", status: 0 },
  { policy: "fail-on: [finding-high]\nrules: { reverse-shell: off }", status: 0 },
  { policy: "fail-on: [violation]", status: 0 },
])("a finding fails it where fail-on says so: $policy", ({ policy, status }) => {
  expect(testPolicy(policy, RUN).status).toBe(status);
});

test("--json says the same to programs", () => {
  const { stdout } = run(["egress: { allow: [registry.npmjs.org] }", [RUN]], { json: true });

  expect(JSON.parse(stdout)).toMatchObject({
    passed: false,
    blocked: [
      {
        kind: "connection",
        destination: "github.com:22/tcp",
        program: "node",
        step: "install",
        rule: "default",
        count: 1,
      },
      { kind: "question", destination: "telemetry.example.com" },
    ],
    flagged: [{ rule: "reverse-shell", fails: false }, { rule: "new-process" }],
  });
});

test("a policy that was suggested for a run has nothing to block in it", () => {
  const report = writeReport(RUN);
  const output = join(directory, "suggested.yml");
  const quiet = { stdout: { write: () => 0 }, stderr: { write: () => 0 } };
  runPolicySuggest([report], { mode: "block", output }, quiet);

  expect(runPolicyTest(output, { against: [report] }, quiet)).toBe(0);
});

test("hostile text of the job stays on its line", () => {
  const hostile = {
    processes: [processOf("/tmp/x\n::error::y")],
    dnsQueries: [questionFor("a.example.com")],
  };

  expect(testPolicy("egress: { allow: [b.example] }", hostile).stdout).toContain(
    "  the name a.example.com: x\\n::error::y, once; default\n",
  );
});

function testPolicy(policy: string, ...reports: readonly Partial<Report>[]) {
  return run([policy, reports], {});
}

function run(
  [policy, reports]: readonly [string, readonly Partial<Report>[]],
  flags: { readonly json?: boolean },
) {
  const path = join(directory, "policy.yml");
  writeFileSync(path, `version: 1\n${policy}\n`);
  const said = { stdout: "", stderr: "" };
  const status = runPolicyTest(
    path,
    { against: reports.map(writeReport), ...flags },
    {
      stdout: { write: (text: string) => (said.stdout += text) },
      stderr: { write: (text: string) => (said.stderr += text) },
    },
  );
  return { status, ...said };
}

function writeReport(parts: Partial<Report>, index = 0): string {
  const path = join(directory, `report-${index}.json`);
  writeFileSync(path, JSON.stringify(madeReport(parts)));
  return path;
}
