/** What is kept of dead guards' runs where not all of it may be. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { type BoundedLeft, boundLeft } from "../../../../agent/stream/spool/bound-left.ts";
import { openDiskStore } from "../../../../agent/stream/spool/disk-store.ts";
import { createRunDirectories } from "../../../../agent/stream/spool/run-directories.ts";
import { toTestRequest } from "../support/open-test-stream.ts";

const MAX_BYTES = 100_000;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "left-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("the only run that was left is kept, though it and its notes are more than the bound", () => {
  const path = plant("full", { bytes: MAX_BYTES });
  writeFileSync(join(path, "commands.json"), "x".repeat(30_000));

  expect(bound()).toMatchObject({ kept: ["full"], tooMuch: [] });
});

test("notes beside the batches take no room from the runs of others", () => {
  writeFileSync(join(plant("older", { bytes: 40_000 }), "commands.json"), "x".repeat(60_000));
  plant("newer", { bytes: 40_000 });

  expect(bound()).toMatchObject({ kept: ["older", "newer"], tooMuch: [] });
});

test("a run with findings outlives newer ones without", () => {
  plant("with-findings", { bytes: 60_000, isImportant: true });
  plant("newer", { bytes: 60_000 });

  expect(bound()).toMatchObject({ kept: ["with-findings"], tooMuch: ["newer"] });
});

test("how a guard started is no finding", () => {
  plant("older", { bytes: 60_000, isImportant: true, fromEvent: 1 });
  plant("newer", { bytes: 60_000 });

  expect(bound()).toMatchObject({ kept: ["newer"], tooMuch: ["older"] });
});

test("a run that nobody can send goes first, and is bounded when it is alone", () => {
  plant("older", { bytes: 60_000 });
  writeFileSync(join(plant("unreadable", { bytes: 60_000, isImportant: true }), "run.json"), "{");
  expect(bound()).toMatchObject({ kept: ["older"], tooMuch: ["unreadable"] });
  rmSync(directory, { recursive: true });
  directory = mkdtempSync(join(tmpdir(), "left-"));
  writeFileSync(join(plant("alone", { bytes: MAX_BYTES }), "run.json"), "{");

  expect(bound()).toMatchObject({ kept: [], tooMuch: ["alone"] });
});

/** By the names of their guards. */
function bound(): Record<keyof BoundedLeft, string[]> {
  const left = open().takeDead();
  const { kept, tooMuch } = boundLeft(left, {
    maxBytes: MAX_BYTES,
    maxAgeMs: 1_000_000,
    now: Date.now(),
  });
  for (const held of left) held[Symbol.dispose]();
  return {
    kept: kept.map(({ path }) => toName(path)),
    tooMuch: tooMuch.map((one) => toName(one.directory.path)),
  };
}

function toName(path: string): string {
  return basename(path).replace(/^\d+-/, "");
}

/** One after the other in the order of their starts. */
function plant(
  guardRunId: string,
  { bytes, isImportant = false, fromEvent = 11 }: Planted,
): string {
  const before = Date.now();
  while (Date.now() === before);
  using own = open().create({ ...toTestRequest(), guardRunId });
  using store = openDiskStore({
    directory: own.path,
    segmentBytes: 16_384,
    onTrouble: () => undefined,
  });
  store.append({
    firstSeq: 1,
    count: 1,
    fromEvent,
    toEvent: fromEvent,
    isImportant,
    isLast: false,
    content: Buffer.alloc(bytes),
  });
  return own.path;
}

interface Planted {
  readonly bytes: number;
  readonly isImportant?: boolean;
  readonly fromEvent?: number;
}

function open() {
  return createRunDirectories({ directory, bootId: "boot", tryLock: () => true });
}
