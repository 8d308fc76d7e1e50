import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

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
  const named = {
    connections: [connectionTo("198.51.100.9")],
    dnsQueries: [questionFor("cdn.example.com", { answers: ["198.51.100.9"] })],
  };

  expect(testPolicy("egress: { allow: [cdn.example.com] }", named)).toMatchObject({ status: 0 });
  expect(testPolicy("egress: { allow: [cdn.example.org] }", named)).toMatchObject({ status: 1 });
});

const asked = (...names: readonly string[]) => ({
  dnsQueries: names.map((name) =>
    questionFor(name, { answers: [], verdict: "would-block", rule: "default" }),
  ),
});

describe("a name that had no answer", () => {
  test("is one that block mode refuses", () => {
    expect(testPolicy("egress: { allow: [b.example] }", asked("a.example"))).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("  the name a.example: (not listed), once; default\n"),
    });
  });

  test.each(["allow: [a.example]", "allow: [b.example], dns: any"])(
    "is nothing to refuse with %s",
    (egress) => {
      expect(testPolicy(`egress: { ${egress} }`, asked("a.example")).status).toBe(0);
    },
  );

  test("is the machine's search domain's after an allowed one, and after no other", () => {
    const searched = asked("a.example.corp.test", "a.example", "c.example.corp.test", "c.example");
    const { stdout } = testPolicy("egress: { allow: [a.example] }", searched);

    expect(stdout).not.toContain("a.example");
    expect(stdout).toContain("the name c.example.corp.test:");
    expect(stdout).toContain("the name c.example:");
  });
});

test("a name that the same step went on to connect to is said once", () => {
  const { stdout } = testPolicy("egress: { allow: [b.example] }", {
    connections: [connectionTo("a.example:8443")],
    dnsQueries: [
      questionFor("A.example."),
      questionFor("a.example", { type: "AAAA", answers: [] }),
    ],
  });

  expect(stdout.match(/a\.example/gi)).toEqual(["a.example"]);
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

const NPM = processOf("/usr/bin/node", { step: { step: "install" } });
const CURL = processOf("/usr/bin/curl", {
  id: "11-2",
  pid: 11,
  parentId: "10-1",
  args: ["curl", "http://x.example"],
});

test("rules of the policy's own are asked about what the report holds", () => {
  const { status, stdout } = testPolicy(
    [
      "rules:",
      "  no-curl:",
      "    title: Curl under node",
      "    severity: high",
      "    response: kill-process",
      "    on: process",
      "    when: { process.name: curl, process.parent.name: node, process.args: 'http:*' }",
      "  odd-port: { title: Odd port, on: connection, when: { destination.port: 22, destination.domain: '*.example' } }",
      "  no-telemetry: { title: Telemetry, on: dns-query, when: { dns.question.name: 'telemetry.*', step: install } }",
      "  hooks: { title: Hooks, on: file, when: { file.path: '**/hooks/*', file.operation: create, process.ancestor.name: node } }",
    ].join("\n"),
    {
      processes: [NPM, CURL],
      connections: [
        connectionTo("x.example=198.51.100.9:22", { processId: "11-2", count: 3 }),
        connectionTo("x.example=198.51.100.9:23", { processId: "11-2" }),
      ],
      dnsQueries: [questionFor("telemetry.example.com"), questionFor("www.example.com")],
      files: [fileChange("/w/.git/hooks/a"), fileChange("/w/.git/a")],
    },
  );

  expect(stdout).toContain(
    [
      "Would have been flagged:",
      "  high no-curl (kill-process): curl was run as /usr/bin/curl: Curl under node: curl, once; stops it",
      "  medium odd-port (report): curl connected to 198.51.100.9 port 22 over tcp: Odd port: curl, 3 times",
      "  medium no-telemetry (report): node asked for telemetry.example.com: Telemetry: node (step install), once",
      "  medium hooks (report): curl did create to /w/.git/hooks/a: Hooks: curl, once",
      "",
    ].join("\n"),
  );
  expect(status).toBe(1);
});

test("what a process ran before its last program is asked about too", () => {
  const held = {
    processes: [
      processOf("/usr/bin/make", {
        earlierPrograms: [{ executable: "/bin/sh", args: ["sh", "-c", "exec make"] }],
      }),
    ],
  };
  const { stdout } = testPolicy(onProcess("{ process.args: 'exec *' }"), held);

  expect(stdout).toContain("mine (report): sh was run as /bin/sh: Mine: make, once\n");
  expect(stdout).toContain("Not judged:\n");
  expect(stdout).toContain("1 process ran several programs: what it did is judged as of the last");
});

test("a fork has run nothing of its own", () => {
  const held = { processes: [NPM, { ...CURL, executed: false }] };

  expect(testPolicy(onProcess("{ process.name: curl }"), held).stdout).toContain(
    "Nothing would have been flagged.\n",
  );
});

test("what its report's own policy brought is left out, and what this one has of that name is asked anew", () => {
  const { stdout } = testPolicy(onProcess("{ process.name: node }"), {
    processes: [NPM],
    findings: [findingOf("mine"), findingOf("theirs")],
  });

  expect(stdout.match(/ mine /g)).toHaveLength(1);
  expect(stdout).toContain("2 findings of rules that the run's own policy brought");
  expect(stdout).not.toContain(" theirs ");
});

test("what an operator did to the run is no policy's, and no run fails for it", () => {
  const { stdout } = testPolicy("rules: {}", {
    processes: [NPM],
    findings: [findingOf("operator-kill")],
  });

  expect(stdout).toContain("1 finding of what an operator did, in which policy has no say");
  expect(stdout).not.toContain("brought");
  expect(stdout).toContain("Nothing would have been flagged.\n");
});

test.each([
  {
    rule: "{ title: Mine, on: file-read, when: { file.path: /etc/shadow } }",
    held: { processes: [NPM], sensors: [] },
    says: "on: file-read: the run had no kernel sensor",
  },
  {
    rule: "{ title: Mine, on: file, when: { file.path: /etc/shadow } }",
    held: { files: [fileChange("/etc/shadow", null)] },
    says: "1 change of a file whose maker is not known",
  },
  {
    rule: "{ title: Mine, on: connection, when: { process.name: node } }",
    held: { connections: [connectionTo("198.51.100.9"), connectionTo("198.51.100.8")] },
    says: "2 entries of processes that the report does not list: nothing is known of their programs",
  },
  {
    rule: "{ title: Mine, on: process, when: { process.args: x } }",
    held: { processes: [processOf("/bin/a", { argsTruncated: true })] },
    says: "1 process whose arguments were cut: what stood behind is not compared",
  },
  {
    rule: "{ title: Mine, on: dns-query, when: { dns.question.name: x.example } }",
    held: { processes: [NPM] },
    says: "on: dns-query: no question passed the guard in the run",
  },
  {
    rule: "{ title: Mine, on: connection, when: { destination.domain: x.example } }",
    held: { processes: [NPM], connections: [connectionTo("198.51.100.9")] },
    says: "destination.domain: no question passed the guard in the run",
  },
  {
    rule: "{ title: Mine, on: process, when: { process.name: x } }",
    held: { dropped: { byReason: {}, byKind: {}, notListed: { processes: 7 } } },
    says: "7 processes that the report had no room for",
  },
])("what a report cannot tell is said: $says", ({ rule, held, says }) => {
  const { stdout } = testPolicy(`rules: { mine: ${rule} }`, held);

  expect(stdout).toContain(`Not judged:\n`);
  expect(stdout).toContain(`  ${says}`);
});

test("nothing is said of what no rule asks for", () => {
  expect(testPolicy("egress: { allow: [a.example] }", RUN).stdout).not.toContain("Not judged");
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

function onProcess(when: string): string {
  return `rules: { mine: { title: Mine, on: process, when: ${when} } }`;
}

function fileChange(path: string, processId: string | null = "11-2"): Report["files"][number] {
  const at = "2026-03-14T09:26:11.000000Z";
  return { processId, path, operation: "create", count: 1, firstSeen: at, lastSeen: at };
}
