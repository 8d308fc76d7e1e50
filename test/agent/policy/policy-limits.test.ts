import { describe, expect, test } from "vitest";

import { AgentError } from "../../../agent/errors.ts";
import { parsePolicy } from "../../../agent/policy/parse-policy.ts";
import { processorMs } from "../../support/processor-time.ts";

const MIB = 1_048_576;

/** Ten levels of nine aliases: 3.5 thousand million words when written out. */
const aliasBomb = Array.from({ length: 10 }, (_, level) => {
  const inner = level === 0 ? "x" : `*a${level - 1}`;
  return `k${level}: &a${level} [${Array.from({ length: 9 }, () => inner).join(", ")}]`;
}).join("\n");

/**
 * One megabyte of each of what a parser could stumble over; without bounds the worst takes a minute, with
 * them half a second.
 */
const ATTACKS: readonly { readonly name: string; readonly text: string }[] = [
  { name: "10,000 nested lists", text: `${"[".repeat(10_000)}${"]".repeat(10_000)}` },
  { name: "10,000 nested mappings", text: "{a: ".repeat(10_000) },
  { name: "10,000 nested block lists", text: `${"- ".repeat(10_000)}x` },
  { name: "10,000 nested complex keys", text: `${"? ".repeat(10_000)}x` },
  { name: "1,400 nested block mappings", text: indented(1_400) },
  { name: "an alias bomb", text: aliasBomb },
  { name: "10 MB", text: "a".repeat(10 * MIB) },
  { name: "a megabyte of keys", text: numbered((n) => `k${n}: 1`) },
  { name: "a megabyte of one key", text: fill("k: 1\n") },
  { name: "a megabyte of closing braces", text: fill("}") },
  { name: "a megabyte of commas", text: `[${fill(",")}]` },
  { name: "a megabyte of quotes", text: fill('"') },
  { name: "a megabyte of anchors", text: fill("&a ") },
  { name: "a megabyte of aliases", text: `version: &a 1\nx: [${fill("*a, ")}]` },
  { name: "a megabyte of question marks", text: fill("?\n") },
  { name: "a megabyte of bad escapes", text: `"${fill(String.raw`\xzz`)}"` },
  { name: "a megabyte of documents", text: fill("---\n") },
  { name: "a megabyte of tags", text: fill("!a ") },
  { name: "a megabyte of colons", text: fill(": ") },
  {
    name: "a megabyte of entries",
    text: `version: 1\negress:\n  allow:\n${fill("    - a.example\n")}`,
  },
];

describe("is refused soon", () => {
  test.each(ATTACKS)("$name", ({ text }) => {
    let refusal = "";
    const ms = processorMs(() => (refusal = refusalOf(text.slice(0, 11 * MIB))));

    expect(ms).toBeLessThan(5_000);
    expect(refusal).toMatch(/^policy\.yml:\d+:\d+: .{10,600}$/);
  });
});

test("aliases and anchors are few", () => {
  const anchors = Array.from({ length: 17 }, (_, n) => `k${n}: &a${n} x`).join("\n");
  const aliases = `version: &a 1\nx: [${"*a , ".repeat(65)}]`;

  expect(refusalOf(anchors)).toContain("more than 16 YAML anchors");
  expect(refusalOf(aliases)).toContain("more than 64 YAML aliases");
});

test("a list with the most entries there may be is read", () => {
  const entries = Array.from({ length: 10_000 }, (_, n) => `    - host-${n}.example`);
  const { policy } = parsePolicy(["version: 1", "egress:", "  allow:", ...entries].join("\n"), "p");

  expect(policy.egress?.allow).toHaveLength(10_000);
});

function refusalOf(text: string): string {
  try {
    parsePolicy(text, "policy.yml");
  } catch (error) {
    if (error instanceof AgentError && error.code === "policy-invalid") {
      return error.message.split("\n")[0] ?? "";
    }
    throw error;
  }
  throw new Error("the policy was accepted");
}

function fill(text: string): string {
  return text.repeat(Math.floor((MIB - 64) / text.length));
}

function numbered(line: (n: number) => string): string {
  return Array.from({ length: 80_000 }, (_, n) => line(n))
    .join("\n")
    .slice(0, MIB);
}

function indented(levels: number): string {
  return Array.from({ length: levels }, (_, n) => `${" ".repeat(n)}a:`).join("\n");
}
