import { describe, expect, test } from "vitest";

import { toKernelKills } from "../../../agent/guard/kernel-kills.ts";
import { policySchema } from "../../../protocol/policy.ts";

const killsOf = (rule: object, responses: object = {}) => {
  const own = { title: "Not here", response: "kill-process", ...rule };
  const policy = policySchema.parse({ version: 1, rules: { own }, responses });
  const { programs, paths } = toKernelKills(policy);
  return { programs, paths };
};
const process = (when: object) => killsOf({ on: "process", when });
const none = { programs: [], paths: [] };

describe("of a policy's own rules the kernel takes", () => {
  test("exact names and paths of programs", () => {
    expect(process({ "process.name": "nc" })).toEqual({ programs: ["nc"], paths: [] });
    const path = { path: "/usr/bin/nc", deed: "run" };
    expect(process({ "process.executable": ["/usr/bin/nc"] })).toEqual({
      programs: [],
      paths: [path],
    });
  });

  test("exact paths of files, by what is done to them", () => {
    const when = { "file.path": { equals: "/etc/token" } };
    const path = "/etc/token";
    expect(killsOf({ on: "file-read", when }).paths).toEqual([{ path, deed: "read" }]);
    expect(killsOf({ on: "file", when }).paths).toEqual([{ path, deed: "change" }]);
  });

  test("those of several that are exact", () => {
    expect(process({ "process.name": ["nc", "nc.*", "ncat"] }).programs).toEqual(["nc", "ncat"]);
    const any = [
      { "process.name": "a" },
      { "process.args": "b" },
      { all: [{ "process.name": "c" }] },
    ];
    expect(process({ any }).programs).toEqual(["a", "c"]);
  });
});

describe("it leaves to user space", () => {
  test.for([
    { "process.name": "nc", "user.id": 0 },
    { "process.name": "nc", not: { "process.parent.name": "make" } },
    { not: { "process.name": "nc" } },
    { all: [{ "process.name": "nc" }, { "process.args": "-e" }] },
    { "process.name": { prefix: "nc" } },
    { "process.name": { equals: "nc", suffix: "c" } },
    { "process.name": "*" },
    { "process.executable": "usr/bin/nc" },
    { "process.executable": `/${"x".repeat(64)}` },
    { "process.executable": `/${"x/".repeat(128)}y` },
    { "process.parent.name": "nc" },
  ])("what it cannot see whole: %j", (when) => {
    expect(process(when)).toEqual(none);
  });

  test("rules that do not kill, and those whose kills policy bounds", () => {
    const nc = { on: "process", when: { "process.name": "nc" } };
    expect(killsOf({ ...nc, response: "report" })).toEqual(none);
    expect(killsOf(nc, { "never-kill": ["/usr/bin/nc"] })).toEqual(none);
    expect(killsOf(nc, { "max-kills-per-minute": 0 })).toEqual(none);
    expect(killsOf({ ...nc, response: "kill-job" }, { "never-kill": ["/x"] }).programs).toEqual([
      "nc",
    ]);
  });
});

const shells = (rules: object) =>
  toKernelKills(policySchema.parse({ version: 1, rules })).reverseShells.length;

test("reverse shells are stopped unless their rule does not kill", () => {
  expect(shells({})).toBeGreaterThan(20);
  expect(shells({ "reverse-shell": { severity: "low" } })).toBeGreaterThan(20);
  expect(shells({ "reverse-shell": { response: "report" } })).toBe(0);
  expect(shells({ "reverse-shell": "off" })).toBe(0);
});
