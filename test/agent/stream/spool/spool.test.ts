/** What is let go of, and what is not, where there is no room or no disk. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import type { BatchHead } from "../../../../agent/stream/spool/batch-store.ts";
import { type DiskStore, openDiskStore } from "../../../../agent/stream/spool/disk-store.ts";
import { createMemoryStore } from "../../../../agent/stream/spool/memory-store.ts";
import { createSpool } from "../../../../agent/stream/spool/spool.ts";

let directory: string;
let troubles: (string | undefined)[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "spool-"));
  troubles = [];
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A file for each batch. */
function open(): DiskStore {
  return openDiskStore({
    directory,
    segmentBytes: 1,
    onTrouble: (reason) => troubles.push(reason),
  });
}

function toBatch(number: number, content = Buffer.alloc(100, String(number))) {
  const place = { firstSeq: number, count: 1, fromEvent: number, toEvent: number };
  return { ...place, isImportant: false, isLast: false, content };
}

function toPath(number: number): string {
  return join(directory, `segment-${String(number).padStart(8, "0")}`);
}

test("a batch that cannot be written costs none of those that wait", () => {
  const evicted: BatchHead[] = [];
  const spool = createSpool(open(), {
    maxBytes: 1_000_000,
    policy: "keep-newest",
    onEvicted: (head) => evicted.push(head),
  });
  for (let number = 1; number <= 3; number += 1) spool.append(toBatch(number), "ordinary");
  writeFileSync(toPath(4), "");
  const outcome = spool.append(toBatch(4), "ordinary");
  const { length } = spool.store;
  spool[Symbol.dispose]();

  expect(outcome).toBe("unwritable");
  expect(evicted).toEqual([]);
  expect(length).toBe(3);
});

test("a file that cannot be removed is said, and counts as before", () => {
  using store = open();
  for (let number = 1; number <= 3; number += 1) store.append(toBatch(number));
  const before = store.bytes;
  rmSync(toPath(1));
  mkdirSync(toPath(1));
  store.remove(0, "sent");
  const inTrouble = [...troubles];
  store.remove(0, "sent");

  expect(inTrouble).toEqual([expect.stringMatching(/cannot be removed/)]);
  expect(store.length).toBe(1);
  expect(store.bytes).toBe((before * 2) / 3);
});

test("a file that holds nothing but what is in another too goes", () => {
  const first = open();
  first.append(toBatch(1));
  first[Symbol.dispose]();
  writeFileSync(toPath(2), readFileSync(toPath(1)));
  using second = open();

  expect(second.length).toBe(1);
  expect(readdirSync(directory).toSorted()).toEqual(["segment-00000001", "state"]);
  expect(second.bytes).toBe(140);
});

test("the first event is on disk at once, and the last when the guard ends", () => {
  const store = open();
  store.noteTold(1);
  const atOnce = readTold();
  for (let told = 2; told <= 100; told += 1) store.noteTold(told);
  store[Symbol.dispose]();

  expect(atOnce).toBe(1);
  expect(readTold()).toBe(100);
});

function readTold(): number {
  return Number(readFileSync(join(directory, "state"), "utf8").slice(512).trim());
}

test("a large spool takes small batches until it is full", () => {
  const spool = createSpool(createMemoryStore(), {
    maxBytes: 67_108_864,
    policy: "keep-oldest",
    onEvicted: () => undefined,
  });
  const content = Buffer.alloc(56);
  let kept = 0;
  while (kept < 1_000_000 && spool.append(toBatch(kept + 1, content), "ordinary") === "kept") {
    kept += 1;
  }

  expect(spool.store.bytes).toBeGreaterThan(67_108_864 * 0.87);
});
