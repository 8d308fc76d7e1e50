import { expect, test } from "vitest";

import { describeBaseline } from "../../../collector/command-line/describe-baseline.ts";
import { createBaseline } from "../../../collector/detection/model/baseline.ts";
import { toFeatureKey } from "../../../collector/detection/model/feature.ts";
import { DEFAULT_SETTINGS } from "../../../collector/detection/model/model-settings.ts";
import { showBaseline } from "../../../collector/detection/show-baseline.ts";
import type { StoredBaseline } from "../../../collector/stores/baseline-store.ts";

const STORED: StoredBaseline = {
  id: 1,
  tenant: "default",
  key: "key",
  repository: "acme/app",
  workflow: "ci",
  job: "build",
  state: "stable",
  runs: 30,
  revision: 1,
  changedAt: 0,
  usedAt: 0,
  document: new Uint8Array(),
};

test("hosts that are the same for each port of a domain are not repeated without end", () => {
  const habits = Array.from({ length: 300 }, (_, index) => [
    {
      kind: "destination",
      program: "npm",
      domain: "example.org",
      port: 1_000 + index,
      transport: "tcp",
    } as const,
    { kind: "name", domain: "example.org", name: `host${index}.example.org` } as const,
  ])
    .flat()
    .map((feature) => [toFeatureKey(feature), { feature, seen: 4, last: 30 }] as const);
  const baseline = { ...createBaseline(), runs: 30, habits: new Map(habits) };
  const { destinations } = showBaseline(STORED, baseline, DEFAULT_SETTINGS);

  expect(destinations).toHaveLength(300);
  expect(destinations[0]).toMatchObject({ moreHosts: 280 });
  expect(destinations.every(({ hosts }) => hosts.length === 20)).toBe(true);
});

test("what a person expects is said to be, and counts for no run", () => {
  const feature = { kind: "signal", signal: "finding reverse-shell" } as const;
  const habit = { feature, seen: 0, last: 30, isExpected: true } as const;
  const habits = new Map([[toFeatureKey(feature), habit]]);
  const shown = showBaseline(STORED, { ...createBaseline(), runs: 30, habits }, DEFAULT_SETTINGS);

  expect(shown.signals).toMatchObject([{ runs: 0, isExpected: true }]);
  expect(describeBaseline(shown)).toContain(
    "finding reverse-shell, in 0 of 30 runs, expected by a person\n",
  );
});
