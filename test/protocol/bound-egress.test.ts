import { describe, expect, test } from "vitest";

import { boundEgress, EGRESS_IN_FORCE_LIMITS, type EgressInForce } from "../../protocol/index.ts";

const { maxEntries, maxCharacters } = EGRESS_IN_FORCE_LIMITS;
const POLICY: EgressInForce = {
  unrestricted: false,
  allow: ["github.com:443", "*.example.com"],
  deny: ["evil.example"],
  moreAllowed: 0,
  moreDenied: 0,
  dns: "allowed-names",
  sni: "off",
};

test("a policy of usual length is told whole", () => {
  expect(boundEgress(POLICY)).toEqual(POLICY);
});

describe("of a longer one the first entries are told, and the others counted", () => {
  test("where there are too many", () => {
    const allow = Array.from({ length: maxEntries + 7 }, (_, index) => `h${index}.example`);
    const bounded = boundEgress({ ...POLICY, allow });

    expect(bounded).toEqual({ ...POLICY, allow: allow.slice(0, maxEntries), moreAllowed: 7 });
  });

  test("where they are too long together", () => {
    const deny = ["a.example", "b".repeat(maxCharacters - 8), "c.example"];

    expect(boundEgress({ ...POLICY, deny })).toEqual({
      ...POLICY,
      deny: ["a.example"],
      moreDenied: 2,
    });
  });

  test("once: who bounds it again counts nothing twice", () => {
    const allow = Array.from({ length: maxEntries * 2 }, (_, index) => `h${index}.example`);
    const bounded = boundEgress({ ...POLICY, allow });

    expect(boundEgress(bounded)).toEqual(bounded);
  });
});

test("what somebody else counted stays a whole number", () => {
  const allow = Array.from({ length: maxEntries + 1 }, () => "a.example");
  const { moreAllowed } = boundEgress({
    ...POLICY,
    allow,
    moreAllowed: Number.MAX_SAFE_INTEGER,
  });

  expect(moreAllowed).toBe(Number.MAX_SAFE_INTEGER);
});
