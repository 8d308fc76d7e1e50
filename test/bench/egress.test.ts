import { spawn } from "node:child_process";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { compareWays } from "../../bench/egress-of/flow-rows.ts";
import { toRestoreRows } from "../../bench/egress-of/restore-rows.ts";
import { parseCpuSeconds, parseResidentBytes } from "../../bench/harness/block-mode.ts";
import { drive, parseNumbers } from "../../bench/harness/drive.ts";
import { runTimed } from "../../bench/harness/run-timed.ts";
import { createWorkDirectory } from "../../bench/harness/work-directory.ts";
import { requires } from "../support/requires.ts";

test("pairs are compared by the median of their ratios, with the middle half's half range as noise", () => {
  const pairs = [1, 2, 3, 4].map((factor) => ({ bare: 10 * factor, guarded: 10 * factor + 1 }));
  expect(compareWays("one entry", { up: pairs })).toEqual([
    {
      variant: "one entry",
      what: "stream up, MiB/s",
      pairs: 4,
      without: "25.0",
      with: "26.0",
      "median of the ratios": "1.0417",
      "noise ±": "0.0125",
    },
  ]);
});

describe("times until a table is put back", () => {
  const round = {
    did: "probe-flush",
    command: 0,
    commandMicroseconds: 0,
    sent: 9,
    escaped: 1,
    openMicroseconds: 2_500,
  } as const;

  test("are told for each command and for all", () => {
    const rows = toRestoreRows(["a", "b"], [round, { ...round, command: 1, escaped: 7 }]);
    expect(rows.map((row) => [row["undone"], row["rounds"], row["packets out, max"]])).toEqual([
      ["a", 1, 1],
      ["b", 1, 7],
      ["all", 2, 7],
    ]);
    expect(rows[0]).toMatchObject({ p50: "2.5", max: "2.5", "never refused again": 0 });
  });

  test("have no end where packets were never refused again", () => {
    const [row] = toRestoreRows(["a"], [{ ...round, openMicroseconds: -1 }]);
    expect(row).toMatchObject({ max: "Infinity", "never refused again": 1 });
  });
});

test("the guard's memory and time are read from what the kernel says of it", () => {
  expect(parseResidentBytes("VmHWM:\t   9 kB\nVmRSS:\t  2048 kB\n")).toBe(2 * 2 ** 20);
  const stat = "7 (a) b) S 1 7 7 0 -1 4194304 1 2 3 4 150 50 0 0 20 0";
  expect(parseCpuSeconds(stat)).toBe(2);
});

describe("a driven program", () => {
  test("answers line by line, and says the rest when its input ends", async () => {
    await using driven = drive(spawn("sh", ["-c", "read a; echo 1 2 $a; cat; echo end"]));
    expect(parseNumbers(await driven.ask("3"))).toEqual([1, 2, 3]);
    expect(await driven.end()).toEqual(["end"]);
  });

  test("that ends instead of answering is an error with what it said", async () => {
    await using driven = drive(spawn("sh", ["-c", "echo no such thing >&2; exit 3"]));
    await expect(driven.ask("1")).rejects.toThrow(/ended \(3\): no such thing/u);
  });
});

const { internet, bpf, compiler } = requires;
const needs = [internet, bpf, compiler].find(({ available }) => !available) ?? compiler;

/** What they measure is left to a quiet machine; that nothing gets out, and that nothing fails, is true on every one. */
describe.skipIf(!needs.available)(`a short run${needs.note}`, () => {
  test.for([
    ["leaks", /all +280 +2\d\d +0 +0\n/u, ["--tries", "280"]],
    ["first-connection", /\n +200 +0 +0 +\d+\n/u, ["--names", "200"]],
    ["restore", /put back [1-9]\d* times/u, ["--rounds", "2"]],
  ] as const)("of %s has the result that counts", async ([name, result, options]) => {
    using work = createWorkDirectory();
    const script = join(import.meta.dirname, `../../bench/${name}.ts`);
    const json = ["--json", join(work.path, "result.json")];
    const command = [process.execPath, script, "--quick", ...options, ...json];
    const run = await runTimed(command, { timeoutMs: 30_000 });
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(run.stdout).toMatch(result);
  });
});
