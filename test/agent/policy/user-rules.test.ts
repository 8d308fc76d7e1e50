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
    {
      rule: `${RULE} { user.id: root } }`,
      says: "rules.no-netcat.when.user.id must be a whole number, a list of them, or { above: … }, and is root",
    },
    {
      rule: `${RULE} { user.id: [0, root] } }`,
      says: "entry 2 of rules.no-netcat.when.user.id must be a whole number, and is root",
    },
    {
      rule: `${RULE} { user.id: { glob: "1*" } } }`,
      says: '"glob" is no key of rules.no-netcat.when.user.id: write one of above, at-least, below, at-most',
    },
    {
      rule: `${RULE} { user.id: { abov: 1 } } }`,
      says: '"abov" is no key of rules.no-netcat.when.user.id: did you mean above?',
    },
    {
      rule: `${RULE} { user.id: {} } }`,
      says: "rules.no-netcat.when.user.id is empty: write one of above, at-least, below, at-most",
    },
    {
      rule: `${RULE} { process.name: [] } }`,
      says: "rules.no-netcat.when.process.name is empty: write something, or remove it",
    },
    {
      rule: `${RULE} { process.name: 7 } }`,
      says: "rules.no-netcat.when.process.name must be a text, a list of texts, or { glob: … }, and is 7",
    },
    {
      rule: `${RULE} { process.name: [nc, 7] } }`,
      says: "entry 2 of rules.no-netcat.when.process.name must be a text, and is 7: put it in quotes",
    },
    {
      rule: `${RULE} { process.image: memory } }`,
      says: "rules.no-netcat.when.process.image must be file, memfd, deleted, or a list of these, and is memory",
    },
    ...["10.0.0.0/33", "10.0.0", "github.com", "2001:db8::/129", "10.*"].map((address) => ({
      rule: `mine: { title: M, on: connection, when: { destination.ip: "${address}" } }`,
      says: `rules.mine.when.destination.ip must be an address or a block of them, such as 192.0.2.7 or 10.20.0.0/16, or a list, and is ${address}`,
    })),
    {
      rule: "mine: { title: M, on: connection, when: { destination.ip: [10.0.0.0/8, { prefix: 10. }] } }",
      says: "entry 2 of rules.mine.when.destination.ip must be an address or a block of them, such as 192.0.2.7 or 10.20.0.0/16, and is a mapping",
    },
    {
      rule: "mine: { title: M, on: connection, when: { destination.ip: { prefix: 10. } } }",
      says: "rules.mine.when.destination.ip must be an address or a block of them",
    },
    {
      rule: "mine: { title: M, on: file, when: { file.operation: [create, writes] } }",
      says: 'entry 2 of rules.mine.when.file.operation must be one of create, write, rename, delete, chmod, and is "writes", did you mean write?',
    },
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
