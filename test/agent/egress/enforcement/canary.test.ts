import { expect, test } from "vitest";

import { findDeafness } from "../../../../agent/egress/enforcement/canary.ts";

test("a guard that may not step into the command's place is told why packets cannot be judged", async () => {
  const deafness = await findDeafness({
    startWithin() {
      throw new Error("the guard cannot step into the command's cgroup: it takes root");
    },
    isHeard: () => true,
  });

  expect(deafness).toBe(
    "the proof that packets are judged: the guard cannot step into the command's cgroup: it takes root",
  );
});
