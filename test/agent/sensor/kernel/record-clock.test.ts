import { describe, expect, it } from "vitest";

import {
  type Clocks,
  createRecordClock,
  readClocks,
} from "../../../../agent/sensor/kernel/record-clock.ts";

const NS_A_MS = 1_000_000n;
/** When the machine's time began, on the clock that never goes back. */
const OFFSET_MS = 1_700_000_000_000;

/** A look takes 200 ns; `pauses` are added to single looks, by their number. */
function createClocks(pauses: ReadonlyMap<number, bigint>): Clocks {
  let now = 5_000_000_123n;
  let looks = 0;
  const look = (): void => {
    looks += 1;
    now += 200n + (pauses.get(looks) ?? 0n);
  };
  return {
    timeOfDayMs() {
      look();
      return OFFSET_MS + Number(now / NS_A_MS);
    },
    monotonicNs() {
      look();
      return now;
    },
  };
}

function errorOf(pauses: ReadonlyMap<number, bigint>): number {
  const clock = createRecordClock(readClocks(createClocks(pauses)));
  return Math.abs(clock(7_000_000_000) - (OFFSET_MS + 7_000) * 1_000);
}

describe("the clock of the kernel's records", () => {
  it("is right to the microsecond where nothing holds it up", () => {
    expect(errorOf(new Map())).toBeLessThanOrEqual(1);
  });

  it.each([1, 2, 3, 4, 5, 100, 101, 102, 103])(
    "is not put off by a second that the machine takes at look %i",
    (look) => {
      expect(errorOf(new Map([[look, 1_750n * NS_A_MS]]))).toBeLessThanOrEqual(1);
    },
  );

  it("takes the closest pair where every look is held up", () => {
    const pauses = new Map(
      Array.from({ length: 10_000 }, (_, at): [number, bigint] => [at, 300_000n]),
    );
    expect(errorOf(pauses)).toBeLessThanOrEqual(1_000);
  });

  it("agrees with the system's clocks", () => {
    const before = Date.now();
    const clock = createRecordClock(readClocks());
    const now = clock(Number(process.hrtime.bigint())) / 1_000;
    expect(now).toBeGreaterThanOrEqual(before - 1);
    expect(now).toBeLessThanOrEqual(Date.now() + 1);
  });
});
