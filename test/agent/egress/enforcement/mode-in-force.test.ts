import { expect, test } from "vitest";

import { toModeInForce } from "../../../../agent/egress/enforcement/mode-in-force.ts";

test.each([
  ["audit", "none", "audit", []],
  ["audit", "nftables", "audit", []],
  ["block", "nftables", "block", []],
  ["block", "dns", "block (names only)", ["the reason"]],
  ["block", "none", "audit", ["the reason"]],
] as const)("%s by %s is %s", (requested, mechanism, effective, reasons) => {
  const enforcement = { mechanism, reason: "the reason", builtIn: [] };

  expect(toModeInForce(requested, enforcement)).toEqual({ requested, effective, reasons });
});
