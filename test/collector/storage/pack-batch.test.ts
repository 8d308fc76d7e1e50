import { describe, expect, test } from "vitest";

import { createPackBatch } from "../../../collector/storage/sqlite/pack-batch.ts";
import type { BatchRollup } from "../../../collector/stores/batch.ts";

const DAY = "2026-01-31";
const NOTHING: BatchRollup = {
  destinations: [],
  destinationsLeftOut: 0,
  names: [],
  namesLeftOut: 0,
  programs: [],
  programsLeftOut: 0,
  findings: [],
  drops: [],
  dropped: 0,
  stopped: undefined,
  kinds: new Set(),
};
const packBatch = createPackBatch();

function pack(rollup: Partial<BatchRollup>) {
  return packBatch({
    runId: "a",
    firstSeq: 1,
    count: 1,
    mac: "",
    encoding: "identity",
    content: Buffer.alloc(0),
    receivedAt: 0,
    deadLetters: { count: 0, first: [] },
    rollup: { ...NOTHING, ...rollup },
  });
}

describe("the names of uses", () => {
  test("tell apart what differs, whatever stands in a text", () => {
    const to = { port: 1, transport: "tcp", verdict: "allowed", day: DAY, count: 1 };
    const { uses } = pack({
      destinations: [
        { ...to, host: "a" },
        { ...to, host: "a", port: 11 },
        { ...to, host: "allowed a" },
        { ...to, host: "a", verdict: "blocked" },
        { ...to, host: "a", day: "2026-02-01" },
      ],
      names: [
        { name: "a", verdict: "allowed", day: DAY, count: 1 },
        { name: "allowed a", verdict: "allowed", day: DAY, count: 1 },
      ],
      programs: [
        { program: "ab", parent: "", day: DAY, count: 1 },
        { program: "b", parent: "a", day: DAY, count: 1 },
        { program: "", parent: "ab", day: DAY, count: 1 },
        { program: "1 b", parent: "a", day: DAY, count: 1 },
      ],
    });

    expect(new Set(uses.map(({ name }) => name)).size).toBe(uses.length);
    expect(uses).toHaveLength(11);
  });

  test("are the same object for the same use, so that a message has it once", () => {
    const names = [{ name: "same.example", verdict: "allowed", day: DAY, count: 3 }];
    const first = pack({ names });
    const second = pack({ names });

    expect(second.uses[0]).toBe(first.uses[0]);
    expect(first.counts).toEqual([3]);
  });

  test("are right where there are more of them than are kept", () => {
    const names = Array.from({ length: 10_000 }, (_, index) => ({
      name: `host${index}.example`,
      verdict: "allowed",
      day: DAY,
      count: index,
    }));
    const { uses, counts } = pack({ names });

    expect(uses.map(({ key }) => key[1])).toEqual(names.map(({ name }) => name));
    expect(counts).toEqual(names.map(({ count }) => count));
  });
});
