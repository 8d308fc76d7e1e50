import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

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

test("a policy without egress says that everything is allowed", () => {
  expect(check("bare.yml", "version: 1\n").stdout).toContain(
    "ok: no egress section, everything is allowed",
  );
});

test("warnings go to stderr with their place, and the status stays 0", () => {
  const { path, status, stderr } = check("broad.yml", "version: 1\negress:\n  allow: ['*']\n");

  expect(status).toBe(0);
  expect(stderr).toMatch(/^\S+:3:11: warning: egress\.allow: "\*" covers every destination: .+\n$/);
  expect(stderr.startsWith(path)).toBe(true);
});

test("a bad policy is told of on stderr, and the status is 2", () => {
  const { path, status, stdout, stderr } = check("bad.yml", "version: 1\negres: {}\n");

  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toBe(`${path}:2:1: "egres" is no key of a policy: did you mean egress?\n`);
});

test("a missing policy has status 2", () => {
  const { status, stderr } = run(join(directory, "missing.yml"));

  expect(status).toBe(2);
  expect(stderr).toContain("does not exist");
});

function check(name: string, text: string) {
  const path = join(directory, name);
  writeFileSync(path, text);
  return { path, ...run(path) };
}

function run(path: string) {
  let stdout = "";
  let stderr = "";
  const status = runPolicyCheck(path, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { status, stdout, stderr };
}
