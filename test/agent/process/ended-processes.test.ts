import { expect, test } from "vitest";

import { createEndedProcesses } from "../../../agent/process/ended-processes.ts";

test("a process that has ended is known by its pid for some seconds", () => {
  let now = 0;
  const ended = createEndedProcesses({ maxProcesses: 10, nowMs: () => now });
  ended.remember({ pid: 7, startTicks: 1 });
  now = 4_000;

  expect(ended.withPid(7)).toEqual({ id: "7-1" });
  expect(ended.withPid(8)).toBeUndefined();
  now = 6_000;
  expect(ended.withPid(7)).toBeUndefined();
});

test("of two that had the same pid it is the later one", () => {
  const ended = createEndedProcesses({ maxProcesses: 10, nowMs: () => 0 });
  ended.remember({ pid: 7, startTicks: 1 });
  ended.remember({ pid: 7, startTicks: 2 });

  expect(ended.withPid(7)).toEqual({ id: "7-2" });
});

test("the earlier ones are forgotten where there is no room", () => {
  const ended = createEndedProcesses({ maxProcesses: 10, nowMs: () => 0 });
  for (let pid = 1; pid <= 100; pid += 1) ended.remember({ pid, startTicks: 1 });
  const known = Array.from({ length: 100 }, (_, index) => index + 1).filter(
    (pid) => ended.withPid(pid) !== undefined,
  );

  expect(known).toEqual([91, 92, 93, 94, 95, 96, 97, 98, 99, 100]);
});
