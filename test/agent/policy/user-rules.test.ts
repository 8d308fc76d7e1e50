import { describe, expect, test } from "vitest";

import { parsePolicy } from "../../../agent/policy/parse-policy.ts";

const RULE = "no-netcat: { title: No netcat, on: process, when:";

test("a rule of one's own is read, with what it leaves out", () => {
  const { policy, warnings } = parsePolicy(
    withRule(`${RULE} { process.name: [nc, "nc.*"] } }`),
    "p",
  );

  expect(warnings).toEqual([]);
  expect(policy.rules["no-netcat"]).toEqual({
    title: "No netcat",
    on: "process",
    when: { "process.name": ["nc", "nc.*"] },
    severity: "medium",
    response: "report",
  });
});

describe("is refused with where and what", () => {
  test.each([
    {
      rule: `${RULE} { proces.name: nc } }`,
      says: '"proces.name" is no key of rules.no-netcat.when: did you mean process.name?',
    },
    {
      rule: `${RULE} { process.name: { regex: "a+" } } }`,
      says: '"regex" is no key of rules.no-netcat.when.process.name',
    },
    {
      rule: `${RULE} { file.path: /etc/passwd } }`,
      says: "rules.no-netcat.when.file.path is nothing that on: process has",
    },
    { rule: `${RULE} {} }`, says: "rules.no-netcat.when is empty" },
    { rule: `${RULE} { user.id: root } }`, says: "rules.no-netcat.when.user.id must be" },
    { rule: `${RULE} ${"{ not: ".repeat(9)}{ step: a }${" }".repeat(9)} }`, says: "nested" },
    {
      rule: "reverse-shell: { title: Mine, on: process, when: { process.name: nc } }",
      says: "rules.reverse-shell is a built-in rule",
    },
    {
      rule: "no-netcat: { title: No netcat, on: proces, when: { process.name: nc } }",
      says: 'must be one of process, connection, dns-query, file, file-read, memory-access, privileged-operation, and is "proces", did you mean process?',
    },
  ])("$rule", ({ rule, says }) => {
    expect(() => parsePolicy(withRule(rule), "p")).toThrow(/^p:\d+:\d+: /);
    expect(() => parsePolicy(withRule(rule), "p")).toThrow(says);
  });
});

function withRule(rule: string): string {
  return `version: 1\nrules:\n  ${rule}\n`;
}
