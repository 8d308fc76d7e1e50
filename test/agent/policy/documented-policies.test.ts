import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { parseDestinationPattern } from "../../../agent/egress/destination-pattern.ts";
import { parsePolicy } from "../../../agent/policy/parse-policy.ts";
import { egressPolicySchema, policySchema } from "../../../protocol/index.ts";

const page = readFileSync("docs/policy.md", "utf8");
const examples = [...page.matchAll(/^```(?:yaml|json)\n(.*?)^```$/gms)].map(
  ([, example = ""]) => example,
);
const [, destinations = ""] = /^## Destinations$(.*?)^Some destinations/ms.exec(page) ?? [];

test("the page has examples", () => {
  expect(examples.length).toBeGreaterThanOrEqual(4);
});

test.each(examples)("an example is a good policy: %s", (example) => {
  const { policy, warnings } = parsePolicy(example, "example");

  expect(policy.version).toBe(1);
  expect(warnings).toEqual([]);
});

describe("the page tells of every key", () => {
  const keys = [
    ...Object.keys(policySchema.shape).filter(
      (key) => !["egress", "files", "secrets"].includes(key),
    ),
    ...Object.keys(egressPolicySchema.shape).map((key) => `egress.${key}`),
    "files.protect",
    "secrets.environment",
  ];

  test.each(keys)("%s", (key) => {
    expect(page).toMatch(new RegExp(`^\\| \`${key}\` +\\|`, "m"));
  });
});

test("every host, port and transport in its table can be written so", () => {
  const rows = destinations.match(/^\| (host|port|transport)? *\|.*?\|/gm) ?? [];
  const parts = [...rows.join("\n").matchAll(/`([^`]+)`/g)].map(([, part = ""]) => part);
  const written = parts.map((part) => (/^[:/]/.test(part) ? `github.com${part}` : part));

  expect(written).toEqual(expect.arrayContaining(["*", "[2001:db8::]/32", "github.com/icmp"]));
  expect(written.filter((text) => "problem" in parseDestinationPattern(text))).toEqual([]);
});
