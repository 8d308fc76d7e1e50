import { beforeEach, describe, expect, test } from "vitest";

import { createRateLimit, type RateLimit } from "../../../collector/ingest/rate-limit.ts";

let uptime: number;
let limit: RateLimit;

beforeEach(() => {
  uptime = 0;
  limit = createRateLimit({
    rate: { perSecond: 10, burst: 20 },
    maxNames: 2,
    uptime: () => uptime,
  });
});

describe("a rate", () => {
  test("lets a burst be, and then says how long to wait", () => {
    const waits = [10, 9, 1, 25].map((amount) => {
      const wait = limit.waitSeconds("a");
      limit.take("a", amount);
      return wait;
    });

    expect([...waits, limit.waitSeconds("a")]).toEqual([0, 0, 0, 1, 3]);
  });

  test("gives back what time brings, and no more than a burst", () => {
    limit.take("a", 40);
    uptime = 1_900;
    expect(limit.waitSeconds("a")).toBe(1);
    uptime = 2_200;
    expect(limit.waitSeconds("a")).toBe(0);
    uptime = 3_600_000;
    limit.take("a", 20);
    expect(limit.waitSeconds("a")).toBe(1);
  });

  test("is each name's own", () => {
    limit.take("a", 100);

    expect([limit.waitSeconds("a"), limit.waitSeconds("b")]).toEqual([9, 0]);
  });

  test("forgets the name that was used longest ago", () => {
    for (const name of ["a", "b", "a", "c"]) limit.take(name, 100);

    expect(["a", "b", "c"].map((name) => limit.waitSeconds(name) > 0)).toEqual([true, false, true]);
  });
});
