import { expect, test } from "vitest";

import { createLosses } from "../../../agent/stream/losses.ts";

test("what the spool let go of counts once, though the collector changes before it is told", () => {
  const losses = createLosses();
  losses.add("spool-full", 10);
  // Elsewhere is what lies before all that waits or was let go of.
  losses.setElsewhere(20);
  expect([...losses.take(20)]).toEqual([["collector-changed", 20]]);
  losses.setElsewhere(0);

  expect([...losses.take(10)]).toEqual([["spool-full", 10]]);
  expect(losses.byReason).toEqual({ "spool-full": 10 });
});
