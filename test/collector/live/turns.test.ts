import { setImmediate } from "node:timers/promises";

import { expect, test } from "vitest";

import { createTurns } from "../../../collector/live/turns.ts";

test("however many wait, others have their turn behind each that takes long", async () => {
  let now = 0;
  const turns = createTurns({ togetherMs: 5, uptime: () => now });
  const done: string[] = [];
  for (const name of ["a", "b", "c"]) {
    turns.take(() => {
      done.push(name);
      now += 10;
    });
  }

  expect(done).toEqual([]);

  for (const all of [["a"], ["a", "b"], ["a", "b", "c"], ["a", "b", "c"]]) {
    await setImmediate();

    expect(done).toEqual(all);
  }
});

test("what takes little is done together, and once however often it was asked for", async () => {
  let now = 0;
  const turns = createTurns({ togetherMs: 5, uptime: () => now });
  const done: number[] = [];
  const again = (): void => {
    done.push(now);
    now += 2;
    if (done.length < 5) turns.take(again);
  };
  turns.take(again);
  turns.take(again);
  await setImmediate();

  expect(done).toEqual([0, 2, 4]);

  await setImmediate();

  expect(done).toEqual([0, 2, 4, 6, 8]);
});
