import { expect, test } from "vitest";

import { createWorkQueue, type WorkQueue } from "../../../collector/detection/work-queue.ts";

test("who has waited longest is first, however often others say that they wait", () => {
  const queue = createWorkQueue(10, () => 0);
  for (const runId of ["a", "b", "a", "c", "a"]) queue.add(runId);

  expect(queue.size).toBe(3);
  expect(drain(queue)).toEqual(["a", "b", "c"]);
  expect(queue.take()).toBeUndefined();
});

test("a queue that is full takes nobody more, and does take those that it has taken out", () => {
  const queue = createWorkQueue(2, () => 0);
  for (const runId of ["a", "b", "c"]) queue.add(runId);
  const first = queue.take();
  queue.add("d");
  if (first !== undefined) queue.putBack(first);

  expect(drain(queue)).toEqual(["b", "d", "a"]);
});

test("what is put back stands behind all others, and is late since it came", () => {
  let now = 1_000;
  const queue = createWorkQueue(10, () => now);
  expect(queue.lagMs).toBe(0);
  queue.add("a");
  now = 3_000;
  queue.add("b");
  const first = queue.take();
  expect(queue.lagMs).toBe(0);
  if (first !== undefined) queue.putBack(first);
  now = 4_000;

  expect(queue.lagMs).toBe(3_000);
  expect(drain(queue)).toEqual(["b", "a"]);
});

function drain(queue: WorkQueue): string[] {
  const runs: string[] = [];
  for (let next = queue.take(); next !== undefined; next = queue.take()) runs.push(next.runId);
  return runs;
}
