import { expect, test } from "vitest";

import { createLiveProfiles } from "../../../collector/detection/live-profiles.ts";

test("there are so many profiles and no more: the one that was looked at longest ago makes room", () => {
  const profiles = createLiveProfiles<number>({ maxProfiles: 2, maxLeftToEnd: 10 });
  profiles.keep("a", 1);
  profiles.keep("b", 1);
  profiles.keep("a", 2);
  profiles.keep("c", 1);

  expect(["a", "b", "c"].map((runId) => profiles.find(runId))).toEqual([2, undefined, 1]);
  expect(["a", "b", "c"].filter((runId) => profiles.isLeftToEnd(runId))).toEqual(["b"]);
  expect(profiles.leftToEnd).toBe(1);
});

test("a profile that is there already takes nobody's room", () => {
  const profiles = createLiveProfiles<number>({ maxProfiles: 1, maxLeftToEnd: 10 });
  for (let look = 0; look < 100; look += 1) profiles.keep("a", look);

  expect(profiles.find("a")).toBe(99);
  expect(profiles.leftToEnd).toBe(0);
});

test("of runs that come by the thousand as few are kept as there may be, and as few names", () => {
  const profiles = createLiveProfiles<number>({ maxProfiles: 4, maxLeftToEnd: 8 });
  const runs = Array.from({ length: 1_000 }, (_, run) => `run-${run}`);
  for (const runId of runs) profiles.keep(runId, 0);

  expect(runs.filter((runId) => profiles.find(runId) !== undefined)).toEqual(runs.slice(-4));
  expect(runs.filter((runId) => profiles.isLeftToEnd(runId))).toEqual(runs.slice(-12, -4));
  expect(profiles.leftToEnd).toBe(996);
});

test("what is forgotten has its room free, and is left to no end", () => {
  const profiles = createLiveProfiles<number>({ maxProfiles: 1, maxLeftToEnd: 10 });
  profiles.keep("a", 1);
  profiles.keep("b", 1);
  profiles.forget("a");
  profiles.forget("b");
  profiles.keep("c", 1);

  expect(profiles.isLeftToEnd("a")).toBe(false);
  expect(profiles.find("b")).toBeUndefined();
  expect(profiles.leftToEnd).toBe(1);
});
