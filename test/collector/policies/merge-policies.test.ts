import { expect, test } from "vitest";

import { mergePolicies } from "../../../collector/policies/merge-policies.ts";
import { policyBodySchema } from "../../../protocol/index.ts";

test.each([1, 6, 7, 200])(
  "%i policies, each of another operator, are an order that an agent takes, with who asked for it first",
  (count) => {
    const merged = mergePolicies(Array.from({ length: count }, (_, index) => toPolicy(index)));
    const { by } = policyBodySchema.parse(merged);
    const named = by.match(/admin [0-9a-f]{12}/g) ?? [];
    const others = Number(/ and (\d+) more$/.exec(by)?.[1] ?? 0);

    expect(by).toMatch(/^admin 000000000000/);
    expect(named.length + others).toBe(count);
  },
);

function toPolicy(index: number) {
  return {
    name: `policy-${index}`,
    for: {},
    reason: "a campaign",
    tighten: { mode: "block" as const },
    by: `admin ${index.toString(16).padStart(12, "0")}`,
    setAt: "2026-01-31T12:00:00Z",
  };
}
