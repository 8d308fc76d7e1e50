import * as fc from "fast-check";
import { expect, test } from "vitest";

import { parseProcessStat } from "../../../../agent/sensor/proc/process-stat.ts";
import { toStatLine } from "./fixture-proc.ts";

test.each([
  { comm: "bash" },
  { comm: ") R 1 1 1" },
  { comm: "a) (b" },
  { comm: "new\nline) S 99" },
  { comm: "\u001b[31mred" },
  { comm: "" },
  { comm: "::set-output" },
])("reads the fields after the name $comm", ({ comm }) => {
  const line = toStatLine({
    pid: 42,
    comm,
    parentPid: 7,
    startTicks: 123_456,
    processGroup: 5,
    session: 6,
  });

  expect(parseProcessStat(Buffer.from(line))).toMatchObject({
    pid: 42,
    comm,
    parentPid: 7,
    processGroup: 5,
    session: 6,
    startTicks: 123_456,
    isKernelThread: false,
    hasExited: false,
  });
});

test("tells a process that has ended from one whose first thread has", () => {
  const ended = parseProcessStat(Buffer.from(toStatLine({ pid: 2, state: "Z" })));
  const leaderless = parseProcessStat(Buffer.from(toStatLine({ pid: 2, state: "Z", threads: 3 })));

  expect(ended).toMatchObject({ hasExited: true, lostItsLeader: false });
  expect(leaderless).toMatchObject({ hasExited: false, lostItsLeader: true });
});

test("knows a kernel thread by its flag", () => {
  const line = toStatLine({ pid: 2, comm: "kthreadd", flags: 0x00208040 });

  expect(parseProcessStat(Buffer.from(line))?.isKernelThread).toBe(true);
});

test("has no layout where the kernel hides the addresses", () => {
  const line = toStatLine({ pid: 2, stack: 0 });

  expect(parseProcessStat(Buffer.from(line))?.layout).toBeUndefined();
});

test.each(["", "12", "12 (cut", "12 (x) S", "x (y) S 1 1 1", "12 )x( S 1 1 1"])(
  "refuses %j",
  (text) => {
    expect(parseProcessStat(Buffer.from(text))).toBeUndefined();
  },
);

test("never throws, whatever the bytes", () => {
  const numbers = fc.array(fc.oneof(fc.bigInt(), fc.string()), { maxLength: 60 });
  const almost = fc
    .tuple(fc.string(), numbers)
    .map(([comm, fields]) => Buffer.from(`1 (${comm}) S ${fields.join(" ")}`));
  const anything = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));
  let runs = 0;

  fc.assert(
    fc.property(fc.oneof(almost, anything), (bytes) => {
      const stat = parseProcessStat(bytes);
      runs += 1;
      return stat === undefined || Number.isSafeInteger(stat.startTicks);
    }),
  );

  expect(runs).toBeGreaterThan(0);
});
