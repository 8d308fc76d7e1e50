import { expect, test } from "vitest";

import { createFilterAttempts } from "../../../agent/events/filter-attempts.ts";
import type { PrivilegedObservation, TamperObservation } from "../../../agent/observation.ts";

function gather(maxProcesses: number) {
  const told: TamperObservation[] = [];
  return { told, attempts: createFilterAttempts({ maxProcesses, tell: (one) => told.push(one) }) };
}

function attempt(pid: number, startTicks = 1): PrivilegedObservation {
  return {
    kind: "privileged",
    at: 1,
    process: { pid, startTicks },
    operation: "netfilter-socket",
    detail: "",
    succeeded: true,
  };
}

test("a process that tries over and over is told once, and one with its pid anew", () => {
  const { told, attempts } = gather(10);
  for (let time = 0; time < 100; time += 1) attempts.add(attempt(7));
  attempts.add(attempt(7, 2));

  expect(told.map(({ pid }) => pid)).toEqual([7, 7]);
});

test("a job that tries by ever new processes is told within bounds", () => {
  const { told, attempts } = gather(10);
  for (let pid = 1; pid < 1000; pid += 1) attempts.add(attempt(pid));

  expect(told).toHaveLength(10);
});

test("another privileged operation is none", () => {
  const { told, attempts } = gather(10);
  attempts.add({ ...attempt(7), operation: "mount" });

  expect(told).toEqual([]);
});
