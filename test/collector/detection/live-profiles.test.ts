import { expect, test } from "vitest";

import { createLiveProfiles } from "../../../collector/detection/live-profiles.ts";

test("there are so many profiles and no more: the one that was looked at longest ago makes room", () => {
  const profiles = createLiveProfiles<number>({ maxProfiles: 2, maxLeftToEnd: 10, maxWeight: 100 });
  profiles.keep("a", 1);
  profiles.keep("b", 1);
  profiles.keep("a", 2);
  profiles.keep("c", 1);

  expect(["a", "b", "c"].map((runId) => profiles.find(runId))).toEqual([2, undefined, 1]);
  expect(["a", "b", "c"].filter((runId) => profiles.isLeftToEnd(runId))).toEqual(["b"]);
  expect(profiles.leftToEnd).toBe(1);
});

test("a profile that is there already takes nobody's room", () => {
  const profiles = createLiveProfiles<number>({ maxProfiles: 1, maxLeftToEnd: 10, maxWeight: 100 });
  for (let look = 0; look < 100; look += 1) profiles.keep("a", look);

  expect(profiles.find("a")).toBe(99);
  expect(profiles.leftToEnd).toBe(0);
});

test("of runs that come by the thousand as few are kept as there may be, and as few names", () => {
  const profiles = createLiveProfiles<number>({ maxProfiles: 4, maxLeftToEnd: 8, maxWeight: 100 });
  const runs = Array.from({ length: 1_000 }, (_, run) => `run-${run}`);
  for (const runId of runs) profiles.keep(runId, 0);

  expect(runs.filter((runId) => profiles.find(runId) !== undefined)).toEqual(runs.slice(-4));
  expect(runs.filter((runId) => profiles.isLeftToEnd(runId))).toEqual(runs.slice(-12, -4));
  expect(profiles.leftToEnd).toBe(996);
});

test("what is forgotten has its room free, and is left to no end", () => {
  const profiles = createLiveProfiles<number>({ maxProfiles: 1, maxLeftToEnd: 10, maxWeight: 100 });
  profiles.keep("a", 1);
  profiles.keep("b", 1);
  profiles.forget("a");
  profiles.forget("b");
  profiles.keep("c", 1);

  expect(profiles.isLeftToEnd("a")).toBe(false);
  expect(profiles.find("b")).toBeUndefined();
  expect(profiles.leftToEnd).toBe(1);
});

test("where profiles are too heavy together the heaviest makes room, and not who was looked at longest ago", () => {
  const live = createLiveProfiles<string>({ maxProfiles: 10, maxLeftToEnd: 10, maxWeight: 100 });
  for (const [runId, weight] of [
    ["innocent", 5],
    ["heavy", 60],
    ["heavier", 30],
  ] as const) {
    live.keep(runId, runId);
    live.weigh(runId, weight);
  }
  live.weigh("heavier", 70);

  expect(["innocent", "heavy", "heavier"].map((runId) => live.isLeftToEnd(runId))).toEqual([
    false,
    false,
    true,
  ]);
  expect(live.leftToEnd).toBe(1);
});

test("what has made room or is over weighs nothing any more", () => {
  const live = createLiveProfiles<string>({ maxProfiles: 2, maxLeftToEnd: 10, maxWeight: 100 });
  for (const runId of ["first", "second", "third", "fourth"]) {
    live.keep(runId, runId);
    live.weigh(runId, 40);
    if (runId === "third") live.forget("third");
  }

  expect(live.find("second")).toBe("second");
  expect(live.find("fourth")).toBe("fourth");
});
