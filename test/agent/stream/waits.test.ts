import { expect, test } from "vitest";

import { createBackoff } from "../../../agent/stream/waits.ts";

test.each([0, 0.5, 0.99])(
  "nobody comes back before he was asked to, by whatever chance: %d",
  (chance) => {
    const backoff = createBackoff(100, 5_000, () => chance);
    const waits = Array.from({ length: 10 }, () => backoff.next(3_000));

    expect(Math.min(...waits)).toBeGreaterThanOrEqual(3_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(5_000);
  },
);
