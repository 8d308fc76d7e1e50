import { expect, test } from "vitest";

import { addJump, guessJumps, settlePosition } from "../../../agent/stream/settle-position.ts";
import type { Position } from "../../../agent/stream/spool/batch-store.ts";

const NONE_WAITING = { head: () => undefined };
const START: Position = { runId: "A", acknowledged: 0, toEvent: 0, sending: undefined, jumps: [] };

test("a collector that goes back is told of each event that it lacks, as far as that is known", () => {
  const position = jump(START, 3);

  // One number, then three events at once with each.
  expect([0, 1, 2, 3].map((acknowledged) => settle(position, acknowledged))).toEqual([0, 3, 6, 9]);
});

test("behind the oldest jump that is known no event counts as sent", () => {
  const position = jump(START, 100);
  const settled = Array.from({ length: 100 }, (_, acknowledged) => settle(position, acknowledged));

  expect(position.jumps).toHaveLength(64);
  expect(settled.slice(0, 37)).toEqual(Array.from({ length: 37 }, () => 0));
  expect(settled.slice(37)).toEqual(Array.from({ length: 63 }, (_, index) => (37 + index) * 3));
});

test("a guard that takes over knows where each number stood for one event, and otherwise that it does not", () => {
  const plain = { ...START, acknowledged: 9, toEvent: 9 };
  const other = { ...START, acknowledged: 9, toEvent: 12 };

  expect(settle({ ...plain, jumps: guessJumps(plain) }, 7)).toBe(7);
  expect(settle({ ...other, jumps: guessJumps(other) }, 7)).toBe(0);
});

test("what the guard before sent and did not note stands for no events that are known", () => {
  const before = { ...START, acknowledged: 5, toEvent: 8 };
  const later = settleAt(before, 9, { isFirst: true, reached: 30 });

  expect(later).toMatchObject({ acknowledged: 9, toEvent: 30 });
  expect(settle(later, 9)).toBe(30);
  expect(settle(later, 8)).toBe(0);
});

/** So many batches of a number each, which stands for three events. */
function jump(from: Position, count: number): Position {
  let position = from;
  for (let index = 0; index < count; index += 1) {
    const { acknowledged, toEvent } = position;
    const to = { count: 1, toEvent: toEvent + 3 };
    position = {
      ...position,
      acknowledged: acknowledged + 1,
      toEvent: to.toEvent,
      jumps: addJump(position, to),
    };
  }
  return position;
}

function settle(before: Position, acknowledged: number): number {
  return settleAt(before, acknowledged).toEvent;
}

function settleAt(
  before: Position,
  acknowledged: number,
  { isFirst = false, reached = before.toEvent } = {},
): Position {
  const run = { runId: "A", acknowledged, uploadKey: "", lastMac: "" };
  const settled = settlePosition(run, {
    waiting: NONE_WAITING,
    before,
    lastRunId: "A",
    reached,
    isFirst,
  });
  if (settled === "conflict") throw new Error("it is no conflict");
  return settled.position;
}
