import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { type Benchmark, runBenchmark } from "../../bench/harness/run-benchmark.ts";
import { runTimed } from "../../bench/harness/run-timed.ts";
import { toMedian, toQuantile } from "../../bench/harness/statistics.ts";
import { renderTable, toPercent } from "../../bench/harness/table.ts";

test("a percentage is rounded down, so that 100 % is said only of all", () => {
  expect(toPercent(99_999, 100_000)).toBe("99.99 %");
  expect(toPercent(5, 5)).toBe("100.00 %");
  expect(toPercent(0, 0)).toBe("-");
});

test("a quantile is the nearest rank, and the median the middle", () => {
  expect(toQuantile([3, 1, 2, 4], 0.5)).toBe(2);
  expect(toQuantile([3, 1, 2, 4], 1)).toBe(4);
  expect(toMedian([3, 1, 2, 4])).toBe(2.5);
  expect(toMedian([9, 1, 2])).toBe(2);
});

test("a table lines up its columns, numbers to the right", () => {
  const table = renderTable([
    { what: "a", made: 5 },
    { what: "longer", made: 1_000 },
  ]);
  expect(table.split("\n")).toEqual([
    "what    made",
    "------  ----",
    "a          5",
    "longer  1000",
  ]);
});

test("a run that takes longer than its time is ended and refused", async () => {
  await expect(runTimed(["sleep", "30"], { timeoutMs: 50 })).rejects.toThrow(/sleep 30/u);
});

test.for([
  "coverage",
  "dns",
  "dns-throughput",
  "egress-flow",
  "first-connection",
  "flood",
  "large-policy",
  "leaks",
  "overhead",
  "redact",
  "redact-quality",
  "restore",
  "start",
])("%s explains itself", async (name) => {
  const script = join(import.meta.dirname, `../../bench/${name}.ts`);
  const run = await runTimed([process.execPath, script, "--help"], { timeoutMs: 15_000 });
  expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  expect(run.stdout).toContain(`usage: bench/${name}.ts`);
});

describe("running a benchmark", () => {
  const benchmark: Benchmark<"size"> = {
    name: "sample",
    about: "a benchmark for this test",
    options: { size: { default: 7, quick: 2, help: "how much" } },
    run: ({ size }) => Promise.resolve({ rows: [{ size }], notes: ["a note"], measured: { size } }),
  };
  const written = { stdout: "", stderr: "" };
  let directory = "";

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "harness-"));
    for (const name of ["stdout", "stderr"] as const) {
      written[name] = "";
      vi.spyOn(process[name], "write").mockImplementation((text) => {
        written[name] += String(text);
        return true;
      });
    }
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
    process.exitCode = undefined;
  });

  test("prints one table and writes the numbers as JSON", async () => {
    const file = join(directory, "deep/sample.json");
    await runBenchmark(benchmark, ["--json", file, "--size", "3"]);
    expect(written.stdout).toContain("size\n----\n   3\n");
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
      benchmark: "sample",
      settings: { size: 3 },
      measured: { size: 3 },
    });
  });

  test("--quick makes it short, but for what is asked for in so many words", async () => {
    const file = join(directory, "sample.json");
    await runBenchmark(benchmark, ["--json", file, "--quick"]);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ settings: { size: 2 } });
    await runBenchmark(benchmark, ["--json", file, "--quick", "--size", "3"]);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ settings: { size: 3 } });
  });

  test("--help lists the options with their defaults", async () => {
    await runBenchmark(benchmark, ["--help"]);
    expect(written.stdout).toMatch(/--size N\s+how much \(7\)/u);
  });

  test.for([
    ["--size", "many"],
    ["--size", "0"],
    ["--sizes", "3"],
  ])("%s %s is refused", async (argv) => {
    await runBenchmark(benchmark, argv);
    expect(written.stderr).toMatch(/^sample: .*size/u);
    expect(process.exitCode).toBe(1);
  });
});
