import { expect, test } from "vitest";

import { createLiveProfiles } from "../../../collector/detection/live-profiles.ts";

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
