import { beforeEach, describe, expect, test } from "vitest";

import { createSilenceWatch, type SilenceWatch } from "../../../collector/ingest/silence-watch.ts";
import type { Silence } from "../../../collector/stores/event-store.ts";

const SILENT_AFTER_MS = 60_000;
const RUN = { tenant: "default", runId: "run" };

let wall: number;
let uptime: number;
let marked: Silence[];
let told: unknown[];
let watch: SilenceWatch;

beforeEach(() => {
  [wall, uptime, marked, told] = [1_000_000, 0, [], []];
  watch = createSilenceWatch({
    store: {
      markSilent: async (silence) => void marked.push(silence),
      listSilences: () => [RUN],
    },
    onSilent: (runs) => told.push(...runs),
    silentAfterMs: SILENT_AFTER_MS,
    now: () => wall,
    uptime: () => uptime,
  });
});

describe("who is silent", () => {
  test("was not seen for as long as it takes", async () => {
    await pass(SILENT_AFTER_MS);

    expect(marked).toMatchObject([{ earliest: wall - SILENT_AFTER_MS }]);
    expect(told).toEqual([RUN]);
  });

  test("is nobody before the collector itself was there for that long", async () => {
    await pass(SILENT_AFTER_MS - 1);

    expect(marked).toEqual([]);
  });

  test.each([
    ["back", -3_600_000],
    ["forth", 3_600_000],
  ])("is nobody right after the clock jumped %s, and is found later", async (_, jump) => {
    await pass(SILENT_AFTER_MS - 1);
    wall += jump;
    await pass(1);
    expect(marked).toEqual([]);
    await pass(SILENT_AFTER_MS);

    expect(marked).toMatchObject([{ earliest: wall - SILENT_AFTER_MS }]);
    // Times that the clock has to reach again are none to go by.
    expect(marked[0]?.latest).toBeLessThan(wall + 5_000);
  });

  test("is found while the clock is led by small steps", async () => {
    for (let step = 0; step < 60; step += 1) {
      wall += 100;
      await pass(SILENT_AFTER_MS / 60);
    }

    expect(marked).toHaveLength(1);
  });
});

async function pass(milliseconds: number): Promise<void> {
  wall += milliseconds;
  uptime += milliseconds;
  await watch.look();
}
