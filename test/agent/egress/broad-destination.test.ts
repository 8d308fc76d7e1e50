import { expect, test } from "vitest";

import { createBroadnessCheck } from "../../../agent/egress/broad-destination.ts";
import { parseDestinationPattern } from "../../../agent/egress/destination-pattern.ts";
import { SHARED_SUFFIXES } from "../../../protocol/shared-suffixes.ts";

const check = createBroadnessCheck();

test.each([
  { text: "*", doubt: "covers every host on port 443 over tcp (every port would be *:*)" },
  { text: "*:443", doubt: "covers every host on port 443 over tcp" },
  { text: "*:8000-8100/udp", doubt: "covers every host on ports 8000-8100 over udp" },
  { text: "*:*", doubt: "covers every host on every port over tcp" },
  { text: "*/icmp", doubt: "covers every host over icmp" },
  { text: "0.0.0.0/0", doubt: "covers every IPv4 address" },
  { text: "[::]/0", doubt: "covers every IPv6 address" },
  { text: "128.0.0.0/1", doubt: "more than any one network" },
  { text: "[2000::]/3", doubt: "more than any one network" },
  { text: "*.com", doubt: "every name registered under com" },
  { text: "*.dev:443", doubt: "every name registered under dev" },
  { text: "*.co.uk", doubt: "every name registered under co.uk" },
  { text: "*.com.au", doubt: "every name registered under com.au" },
  { text: "*.blob.core.windows.net", doubt: "anyone can register" },
  { text: "*.s3.amazonaws.com", doubt: "anyone can register" },
  { text: "*.s3.eu-central-1.amazonaws.com", doubt: "anyone can register" },
  { text: "*.GitHub.io.", doubt: "anyone can register" },
  { text: "acme*.blob.core.windows.net", doubt: "anyone can register" },
  { text: "acme*.co.uk", doubt: "every name registered under co.uk" },
  { text: "*.windows.net", doubt: "covers *.blob.core.windows.net too" },
  { text: "*.amazonaws.com", doubt: "covers *.s3.amazonaws.com too" },
])("$text $doubt", ({ text, doubt }) => {
  expect(describe(text)).toContain(doubt);
});

const NARROW = [
  ["github.com", "*.github.com", "*.actions.githubusercontent.com", "*.example.co.uk"],
  ["mybucket.s3.amazonaws.com", "*.mybucket.s3.amazonaws.com", "10.0.0.0/8", "[2001:db8::]/32"],
  ["blob.core.windows.net", "*.npmjs.org", "acme*.windows.net", "*.pypi.org", "*.docker.io"],
].flat();

test.each(NARROW)("%s draws no warning", (text) => {
  expect(describe(text)).toBeUndefined();
});

test("every shared suffix is a name that a wildcard can stand before, and no two are the same", () => {
  const names = SHARED_SUFFIXES.map((suffix) => suffix.replaceAll("*", "region"));

  expect(names.filter((name) => describe(`*.${name}`) === undefined)).toEqual([]);
  expect(new Set(SHARED_SUFFIXES).size).toBe(SHARED_SUFFIXES.length);
  expect(SHARED_SUFFIXES.length).toBeGreaterThan(80);
});

function describe(text: string): string | undefined {
  const parsed = parseDestinationPattern(text);
  if ("problem" in parsed) throw new Error(`${text} ${parsed.problem}`);
  return check(parsed.value);
}
