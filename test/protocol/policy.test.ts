import { describe, expect, test } from "vitest";

import { defaultPolicy, policySchema } from "../../protocol/index.ts";

test("what a policy leaves out has its default", () => {
  expect(policySchema.parse({ version: 1, egress: {} })).toEqual({
    version: 1,
    egress: {
      mode: "audit",
      dns: "allowed-names",
      allow: [],
      deny: [],
      sni: "off",
      "on-guard-death": "closed",
      "network-admin": "withhold",
    },
    files: { protect: ["**/.git/hooks/**", "**/.github/workflows/**"] },
    rules: {},
    responses: { "never-kill": [], "max-kills-per-minute": 5 },
    lockdown: { sudo: false, containers: false },
    secrets: { environment: ["*TOKEN*", "*SECRET*", "*PASSWORD*", "*_KEY"] },
  });
});

test("a policy without an egress section has none by default", () => {
  expect(defaultPolicy).not.toHaveProperty("egress");
  expect(policySchema.parse(defaultPolicy)).toEqual(defaultPolicy);
});

test("a rule is switched off, or given another severity or response", () => {
  const rules = {
    "runner-memory-read": { response: "kill-process" },
    "reverse-shell": { severity: "critical", response: "kill-job" },
    "ai-cli-unattended": "off",
  };

  expect(policySchema.parse({ version: 1, rules }).rules).toEqual(rules);
});

describe("refuses", () => {
  test.each([
    {},
    { version: 2 },
    { version: "1" },
    { version: 1, egres: {} },
    { version: 1, egress: null },
    { version: 1, egress: { mode: "enforce" } },
    { version: 1, egress: { allow: "github.com" } },
    { version: 1, egress: { allow: [443] } },
    { version: 1, egress: { allow: [""] } },
    { version: 1, egress: { allow: Array.from({ length: 10_001 }, () => "a.example") } },
    { version: 1, rules: { "reverse-shell": false } },
    { version: 1, rules: { "reverse-shell": { response: "explode" } } },
    { version: 1, rules: { Reverse_Shell: "off" } },
    { version: 1, "fail-on": ["everything"] },
    { version: 1, secrets: { environment: ["*TOKEN*"], files: [] } },
  ])("%j", (policy) => {
    expect(policySchema.safeParse(policy).success).toBe(false);
  });
});
