import { expect, test } from "vitest";

import { createRecentEvents } from "../../../agent/respond/recent-events.ts";

test("the last ones are kept, oldest first", () => {
  const recent = createRecentEvents<number>(3);
  expect(recent.list()).toEqual([]);
  for (const event of [1, 2, 3, 4, 5]) recent.add(event);
  expect(recent.list()).toEqual([3, 4, 5]);
});
