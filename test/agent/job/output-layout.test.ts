import { expect, test } from "vitest";

import { toOutputLayout } from "../../../agent/job/output-layout.ts";

const terminal = { isTerminal: true, file: "terminal" };
const pipe = { isTerminal: false, file: "pipe" };
const log = { isTerminal: false, file: "log" };

test.each([
  {
    where: "on a terminal",
    outputs: [terminal, terminal],
    outlets: [{ kind: "terminal", descriptors: [1, 2], target: 1 }],
  },
  {
    where: "in one pipe",
    outputs: [pipe, pipe],
    outlets: [{ kind: "pipe", descriptors: [1, 2], target: 1 }],
  },
  {
    where: "in two files",
    outputs: [pipe, log],
    outlets: [
      { kind: "pipe", descriptors: [1], target: 1 },
      { kind: "pipe", descriptors: [2], target: 2 },
    ],
  },
  {
    where: "on a terminal but for stderr",
    outputs: [terminal, log],
    outlets: [
      { kind: "terminal", descriptors: [1], target: 1 },
      { kind: "pipe", descriptors: [2], target: 2 },
    ],
  },
  {
    where: "on a terminal for stderr alone",
    outputs: [log, terminal],
    outlets: [
      { kind: "pipe", descriptors: [1], target: 1 },
      { kind: "terminal", descriptors: [2], target: 2 },
    ],
  },
])("what is written $where leads to the like of it", ({ outputs, outlets }) => {
  const inherited = outputs.map((one, index) => ({ descriptor: index + 1, ...one }));

  expect(toOutputLayout({ outputs: inherited, mayTakeTerminal: false }).outlets).toEqual(outlets);
});

test("an output that is closed stays closed", () => {
  const outputs = [{ descriptor: 2, ...pipe }];

  expect(toOutputLayout({ outputs, mayTakeTerminal: false }).outlets).toEqual([
    { kind: "pipe", descriptors: [2], target: 2 },
  ]);
  expect(toOutputLayout({ outputs: [], mayTakeTerminal: true })).toEqual({
    outlets: [],
    hasSession: false,
  });
});

test.each([
  { stdout: terminal, mayTakeTerminal: true, hasSession: true },
  { stdout: terminal, mayTakeTerminal: false, hasSession: false },
  { stdout: pipe, mayTakeTerminal: true, hasSession: false },
])(
  "a session of its own takes a terminal to write to and one to read from: $hasSession",
  ({ stdout, mayTakeTerminal, hasSession }) => {
    const outputs = [
      { descriptor: 1, ...stdout },
      { descriptor: 2, ...log },
    ];

    expect(toOutputLayout({ outputs, mayTakeTerminal }).hasSession).toBe(hasSession);
  },
);
