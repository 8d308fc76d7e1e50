import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { createEnvironmentValues } from "../../../../agent/commands/watch/environment-values.ts";
import type { AddedValue } from "../../../../agent/redact/redaction.ts";

let procRoot: string;

beforeEach(() => {
  procRoot = mkdtempSync(join(tmpdir(), "guard-proc-"));
});
afterEach(() => {
  rmSync(procRoot, { recursive: true, force: true });
});

function start(rate = { burst: 10, perSecond: 0 }, result: AddedValue = "added") {
  const added: string[] = [];
  const values = createEnvironmentValues({
    redaction: {
      addValue(value, source) {
        added.push(`${source}=${Buffer.from(value).toString()}`);
        return result;
      },
    },
    patterns: ["*TOKEN*"],
    procRoot,
    rate,
  });
  return { values, added };
}

function run(pid: number, environment: string): void {
  mkdirSync(join(procRoot, String(pid)));
  writeFileSync(join(procRoot, String(pid), "environ"), environment);
}

test("takes the secrets of what a process was started with", () => {
  const { values, added } = start();
  run(7, "PATH=/bin\0NPM_TOKEN=abcdef\0GH_TOKEN=a\nb\0");
  values.read(7);

  expect(added).toEqual(["NPM_TOKEN=abcdef", "GH_TOKEN=a\nb"]);
});

test("a process that is gone has none", () => {
  const { values, added } = start();
  values.read(7);

  expect(added).toEqual([]);
});

test("a value that is not whole is not taken", () => {
  const { values, added } = start();
  run(7, `FIRST_TOKEN=whole\0PAD=${"x".repeat(262_100)}\0NPM_TOKEN=${"y".repeat(100)}\0`);
  values.read(7);

  expect(added).toEqual(["FIRST_TOKEN=whole"]);
});

test("processes that start too fast are not looked at, and counted", () => {
  const { values, added } = start({ burst: 2, perSecond: 0 });
  run(7, "NPM_TOKEN=abcdef\0");
  for (let time = 0; time < 5; time += 1) values.read(7);

  expect(added).toHaveLength(2);
  expect(values.notRead).toBe(3);
});

test.each([
  { result: "too-many", notMasked: 2 },
  { result: "too-short", notMasked: 0 },
  { result: "known", notMasked: 0 },
] as const)("of values that are $result $notMasked count as not masked", (row) => {
  const { values } = start(undefined, row.result);
  run(7, "NPM_TOKEN=abcdef\0GH_TOKEN=ghijkl\0");
  values.read(7);

  expect(values.notMasked).toBe(row.notMasked);
});
