/** What waits on disk: whole after a kill, and told as missing where it is not. */
import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { type DiskStore, openDiskStore } from "../../../../agent/stream/spool/disk-store.ts";
import { openPrivateDirectory } from "../../../../agent/stream/spool/private-directory.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "spool-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function open(segmentBytes = 4_096): DiskStore {
  return openDiskStore({ directory, segmentBytes, onTrouble: () => undefined });
}

function toBatch(number: number, length = 1_000) {
  return {
    firstSeq: number * 10 + 1,
    count: 10,
    fromEvent: number * 10 + 1,
    toEvent: number * 10 + 10,
    isImportant: number === 3,
    isLast: number === 9,
    content: Buffer.alloc(length, String(number)),
  };
}

function fill(store: DiskStore, count: number): void {
  for (let number = 0; number < count; number += 1) {
    expect(store.append(toBatch(number))).toBe("kept");
  }
}

function listFirst(store: DiskStore): (number | undefined)[] {
  return Array.from({ length: store.length }, (_, index) => store.head(index)?.fromEvent);
}

function segments(): string[] {
  return readdirSync(directory)
    .filter((name) => name.startsWith("segment"))
    .map((name) => join(directory, name));
}

test("another guard finds what was there, as it was, and where the collector stood", () => {
  const first = open();
  fill(first, 10);
  first.remove(0, "sent");
  const position = { runId: "r", acknowledged: 10, toEvent: 10, sending: undefined, jumps: [] };
  first.note(position);
  first.noteTold(103);
  first[Symbol.dispose]();
  using second = open();

  expect(second.position).toEqual(position);
  expect(second.toldBefore).toBe(103);
  expect(listFirst(second).filter((from = 0) => from > 10)).toHaveLength(9);
  expect(second.head(second.length - 1)).toMatchObject({ isLast: true, toEvent: 100 });
  expect(second.read(second.length - 1)).toEqual(toBatch(9).content);
});

test("a file goes when the last batch in it was sent", () => {
  using store = open();
  fill(store, 9);
  const before = segments().length;
  for (let count = 0; count < 8; count += 1) store.remove(0, "sent");

  expect(before).toBeGreaterThan(2);
  expect(segments()).toHaveLength(1);
  expect(store.bytes).toBeLessThan(4_096 + 1_100);
});

test("what is spared does not hold up the room of what was let go of", () => {
  using store = open(16_384);
  fill(store, 9);
  for (let count = 0; count < 3; count += 1) store.remove(0, "evicted");
  for (let number = 10; number < 40; number += 1) store.append(toBatch(number));
  // All but the one that is important, of the first file.
  while ((store.head(1)?.fromEvent ?? 0) < 300) store.remove(1, "evicted");

  expect(store.head(0)?.fromEvent).toBe(31);
  expect(store.read(0)).toEqual(toBatch(3).content);
  expect(store.bytes).toBeLessThan(2.5 * 16_384);
});

describe("what a guard that was killed left half written", () => {
  test.each([1, 39, 40, 41, 500, 1_039])("is let go of where %i bytes are missing", (cut) => {
    const first = open(1_048_576);
    fill(first, 3);
    first[Symbol.dispose]();
    const [path = ""] = segments();
    truncateSync(path, statSync(path).size - cut);
    using second = open();

    expect(listFirst(second)).toEqual([1, 11]);
    expect(second.append(toBatch(5))).toBe("kept");
    expect(second.read(2)).toEqual(toBatch(5).content);
  });

  test("and what was changed in it, with all behind it in its file", () => {
    const first = open(2_500);
    fill(first, 9);
    first[Symbol.dispose]();
    const [path = ""] = segments();
    const bytes = readFileSync(path);
    bytes[500] = (bytes[500] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    using second = open();

    expect(listFirst(second)[0]).toBeGreaterThan(11);
    expect(second.head(second.length - 1)?.toEvent).toBe(90);
  });
});

test("a link in the place of a file is not followed", () => {
  const outside = mkdtempSync(join(tmpdir(), "outside-"));
  const target = join(outside, "target");
  writeFileSync(target, "untouched");
  symlinkSync(target, join(directory, "segment-00000007"));
  using store = open();
  fill(store, 9);

  expect(readFileSync(target, "utf8")).toBe("untouched");
  expect(store.length).toBe(9);
  rmSync(outside, { recursive: true });
});

const mayMount = process.getuid?.() === 0;

test.skipIf(!mayMount)(
  "a disk that is full is said so, and is used again when there is room",
  () => {
    spawnSync("mount", ["-t", "tmpfs", "-o", "size=128k", "tmpfs", directory]);
    try {
      const troubles: (string | undefined)[] = [];
      using store = openDiskStore({
        directory,
        segmentBytes: 16_384,
        onTrouble: (reason) => troubles.push(reason),
      });
      let kept = 0;
      while (kept < 1_000 && store.append(toBatch(kept)) === "kept") kept += 1;
      const inTrouble = [...troubles];
      for (let count = 0; count < 60; count += 1) store.remove(0, "sent");
      const again = store.append(toBatch(kept));
      const last = store.read(store.length - 1);

      expect(kept).toBeGreaterThan(60);
      expect(kept).toBeLessThan(131);
      expect(inTrouble).toEqual([expect.stringMatching(/cannot be written to: ENOSPC/)]);
      expect(again).toBe("kept");
      expect(troubles.at(-1)).toBeUndefined();
      expect(last).toEqual(toBatch(kept).content);
    } finally {
      spawnSync("umount", ["-l", directory]);
    }
  },
);

describe("a directory for it", () => {
  const userId = process.getuid?.() ?? 0;

  test("is made for the guard alone", () => {
    const path = openPrivateDirectory(join(directory, "spool"), userId);

    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(openPrivateDirectory(path, userId)).toBe(path);
  });

  test("is none that others may enter, that is a link, or that is somebody else's", () => {
    mkdirSync(join(directory, "open"), { mode: 0o755 });
    symlinkSync(directory, join(directory, "link"));
    mkdirSync(join(directory, "own"), { mode: 0o700 });

    expect(() => openPrivateDirectory(join(directory, "open"), userId)).toThrow("chmod 700");
    expect(() => openPrivateDirectory(join(directory, "link"), userId)).toThrow("symbolic link");
    expect(() => openPrivateDirectory(join(directory, "own"), userId + 1)).toThrow(
      "belongs to user",
    );
    expect(() => openPrivateDirectory(join(directory, "no", "way"), userId)).toThrow(
      "is not there",
    );
  });
});
