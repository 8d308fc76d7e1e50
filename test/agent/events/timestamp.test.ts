import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";

import { formatTimestamp } from "../../../agent/events/timestamp.ts";
import { timestampSchema } from "../../../protocol/index.ts";

/** As far as microseconds are exact in a double: the years 1684 to 2255. */
const instants = fc.maxSafeInteger();

test("says what Date says of any instants, in whatever order they come", () => {
  fc.assert(
    fc.property(fc.array(instants, { minLength: 1, maxLength: 20 }), (times) => {
      for (const at of times) expect(formatTimestamp(at)).toBe(toReference(at));
    }),
    { numRuns: 1_000 },
  );
});

test("says what Date says of instants close together, forwards and backwards", () => {
  const steps = fc.array(fc.integer({ min: -1_500_000, max: 1_500_000 }), { maxLength: 30 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 8e15 }), steps, (start, changes) => {
      let at = start;
      for (const change of changes) {
        at += change;
        expect(formatTimestamp(at)).toBe(toReference(at));
      }
      expect(timestampSchema.parse(formatTimestamp(at))).toBe(formatTimestamp(at));
    }),
    { numRuns: 1_000 },
  );
});

describe("at the edges of a second", () => {
  test.each([
    [0, "1970-01-01T00:00:00.000000Z"],
    [1, "1970-01-01T00:00:00.000001Z"],
    [999_999, "1970-01-01T00:00:00.999999Z"],
    [1_000_000, "1970-01-01T00:00:01.000000Z"],
    [-1, "1969-12-31T23:59:59.999999Z"],
    [-1_000_001, "1969-12-31T23:59:58.999999Z"],
    [951_782_400_000_000, "2000-02-29T00:00:00.000000Z"],
    [1_769_860_800_000_001, "2026-01-31T12:00:00.000001Z"],
    [1_769_860_800_000_000.75, "2026-01-31T12:00:00.000000Z"],
  ])("%d is %s", (at, text) => {
    expect(formatTimestamp(at)).toBe(text);
    expect(timestampSchema.safeParse(text).success).toBe(true);
  });
});

test("the second before 1970 is told right also when nothing was told before", async () => {
  vi.resetModules();
  const fresh = await import("../../../agent/events/timestamp.ts");

  expect(fresh.formatTimestamp(-1)).toBe("1969-12-31T23:59:59.999999Z");
});

function toReference(at: number): string {
  const milliseconds = Math.floor(at / 1_000);
  const rest = at - milliseconds * 1_000;
  return new Date(milliseconds).toISOString().replace("Z", `${String(rest).padStart(3, "0")}Z`);
}
