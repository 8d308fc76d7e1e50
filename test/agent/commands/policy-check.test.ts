import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { runPolicyCheck } from "../../../agent/commands/policy-check.ts";

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "policy-check-"));
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

test("a good policy is summed up in one line, and the status is 0", () => {
  const text =
    'version: 1\negress: { allow: [192.0.2.1, 192.0.2.2, 10.0.0.0/8], deny: ["*.ngrok.io"] }\nfail-on: [violation]\n';
  const { path, status, stdout, stderr } = check("good.yml", text);

  expect(status).toBe(0);
  expect(stdout).toBe(
    `${path}: ok: egress audit, 3 allow, 1 deny, 2 protected path patterns (built in), 0 rules set, fail on violation\n`,
  );
  expect(stderr).toBe("");
});

test("protected patterns of its own are counted without that word", () => {
  const text = 'version: 1\nfiles: { protect: ["/etc/**"] }\n';

  expect(check("own.yml", text).stdout).toContain(", 1 protected path pattern, ");
});

test("one rule is counted as one", () => {
  const text = "version: 1\nrules: { pipe-to-shell: off }\n";

  expect(check("rule.yml", text).stdout).toContain(", 1 rule set, ");
});

test("a policy without egress says what that means in each mode", () => {
  expect(check("bare.yml", "version: 1\n").stdout).toContain(
    "ok: no egress section: audit mode allows everything, block mode nothing",
  );
});

test("warnings go to stderr with their place, and the status stays 0", () => {
  const { path, status, stderr } = check("broad.yml", "version: 1\negress:\n  allow: ['*']\n");

  expect(status).toBe(0);
  expect(stderr).toMatch(
    /^\S+:3:11: warning: egress\.allow: "\*" covers every host on port 443 .+\n$/,
  );
  expect(stderr.startsWith(path)).toBe(true);
});

test("a bad policy is told of on stderr, and the status is 2", () => {
  const { path, status, stdout, stderr } = check("bad.yml", "version: 1\negres: {}\n");

  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toBe(`${path}:2:1: "egres" is no key of a policy: did you mean egress?\n`);
});

test("what is no policy file is said by the program itself, since no line of it is meant", () => {
  expect(run(directory).stderr).toMatch(/^runner-guard: Policy file .* is a directory/);
  expect(check("explain.yml", "version: 1\n", "a b").stderr).toMatch(/^runner-guard: --explain: /);
});

test("a missing policy has status 2", () => {
  const { status, stderr } = run(join(directory, "missing.yml"));

  expect(status).toBe(2);
  expect(stderr).toContain("does not exist");
});

describe("--explain", () => {
  const POLICY = [
    "version: 1",
    "egress:",
    "  mode: block",
    "  allow:",
    "    - github.com",
    '    - "*.example.org:8000-8100"',
    "    - 192.0.2.0/24:5432",
    '    - "[2001:db8::1]"',
    "    - 198.51.100.4:123/udp",
    '  deny: ["evil.example.org", "192.0.2.66"]',
    "",
  ].join("\n");
  const ENTRY = { github: "5:7", example: "6:7", block: "7:7", v6: "8:7", ntp: "9:7" };

  test.each([
    ["github.com:443/tcp", "github.com:443/tcp: allowed", ENTRY.github, 'allow: "github.com"'],
    ["GitHub.com.", "github.com:443/tcp: allowed", ENTRY.github, 'allow: "github.com"'],
    ["a.example.org:8080", "a.example.org:8080/tcp: allowed", ENTRY.example, 'allow: "*.example'],
    ["192.0.2.7:5432", "192.0.2.7:5432/tcp: allowed", ENTRY.block, 'allow: "192.0.2.0/24:5432"'],
    ["[2001:db8:0::1]", "[2001:db8::1]:443/tcp: allowed", ENTRY.v6, 'allow: "[2001:db8::1]"'],
    ["198.51.100.4:123/udp", "198.51.100.4:123/udp: allowed", ENTRY.ntp, "198.51.100.4:123/udp"],
    ["evil.example.org:8080", "not allowed, and refused", "10:10", 'deny: "evil.example.org"'],
    ["192.0.2.66:5432", "not allowed, and refused", "10:30", 'egress.deny: "192.0.2.66"'],
  ])("%s: %s", (destination, says, place, entry) => {
    const { path, status, stdout, stderr } = check("explain.yml", POLICY, destination);

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain(says);
    expect(stdout).toContain(`  decided by ${path}:${place}: egress.`);
    expect(stdout).toContain(entry);
  });

  test.each([
    ["127.0.0.1:80", "allowed", "decided by loopback: it never leaves the machine"],
    ["203.0.113.9", "refused", "An address that no entry lists is open for as long as DNS has"],
    ["github.com:22", "refused", "DNS answers for the name (egress.allow: github.com); what is"],
    ["other.example", "refused", "DNS does not even answer for the name (default)."],
    ["evil.example.org", "refused", "DNS does not even answer for the name (egress.deny: evil"],
    ["github.com", "allowed", "are open only where they lie in egress.allow: [2001:db8::1]."],
    ["codeload.github.com", "refused", "Under GitHub Actions, watch allows it all the same"],
    ["192.0.2.7/icmp", "192.0.2.7/icmp: not allowed", "decided by default: no entry covers it"],
  ])("%s is %s: %s", (destination, outcome, says) => {
    const { stdout } = check("explain.yml", POLICY, destination);

    expect(stdout).toContain(outcome);
    expect(stdout).toContain(says);
  });

  test.each([
    [
      '["*"]',
      "github.com",
      "Every address is open on this port, by this name or without it (egress.allow: *).",
    ],
    ['[github.com, "*:443"]', "github.com", "Every address is open on this port"],
    ['[github.com, "*:22"]', "github.com", "The same addresses without the name are not."],
    [
      "[github.com, 192.0.2.0/24]",
      "github.com",
      "open only where they lie in egress.allow: 192.0.2.0/24.",
    ],
    ["[github.com, 192.0.2.0/24:22]", "github.com", "The same addresses without the name are not."],
    [
      "[github.com, 192.0.2.0/24:22]",
      "github.com:22",
      "where DNS leads to egress.allow: 192.0.2.0/24:22.",
    ],
    [
      "[a.example, 192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4]",
      "a.example",
      "192.0.2.3 and 1 more.",
    ],
  ])("with allow: %s says of %s: %s", (allow, destination, says) => {
    const policy = `version: 1\negress: { mode: block, allow: ${allow} }\n`;

    expect(check("addresses.yml", policy, destination).stdout).toContain(says);
  });

  test("a name that is denied is not said to be allowed by its address", () => {
    const policy =
      "version: 1\negress: { mode: block, allow: [192.0.2.0/24], deny: ['github.com:443'] }\n";

    expect(check("denied.yml", policy, "github.com").stdout).not.toContain("all the same where");
  });

  test("in audit mode tells what is refused all the same", () => {
    const audit = POLICY.replace("mode: block", "mode: audit");

    expect(check("audit.yml", audit, "other.example").stdout).toContain(
      "not allowed, and reported\n  decided by default: no entry covers it\n  Mode audit reports it and lets it through",
    );
    expect(check("audit.yml", audit, "192.0.2.66").stdout).toContain("not allowed, and refused\n");
  });

  test("without an egress section says what each mode makes of that", () => {
    expect(check("bare.yml", "version: 1\n", "any.example:1/udp").stdout).toContain(
      "any.example:1/udp: allowed\n  decided by no-policy: without an egress section",
    );
  });

  test.each([
    ["*.github.com", "stands for many: ask for one destination"],
    ["10.0.0.0/8", "stands for many"],
    ["github.com:1-2", "stands for many"],
    ["*", "stands for many"],
    ["https://github.com/x", "https://"],
    ["github.com:0", "port 0 does not exist"],
    ["", "has no host"],
    ["a\u001b[2J\n::error::", ""],
  ])("refuses %j", (destination, says) => {
    const { status, stdout, stderr } = check("explain.yml", POLICY, destination);

    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^runner-guard: --explain: [ -~]+\n$/);
    expect(stderr).toContain(says);
  });
});

function check(name: string, text: string, explain?: string) {
  const path = join(directory, name);
  writeFileSync(path, text);
  return { path, ...run(path, explain) };
}

function run(path: string, explain?: string) {
  let stdout = "";
  let stderr = "";
  const output = {
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
  };
  const status = runPolicyCheck(path, output, explain);
  return { status, stdout, stderr };
}
