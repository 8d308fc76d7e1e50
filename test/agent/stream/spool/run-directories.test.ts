/** Directories of guards that live, are being made, or are left: one guard has each. */
import { randomBytes } from "node:crypto";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { tryLock } from "../../../../agent/control/file-lock.ts";
import {
  createRunDirectories,
  type RunDirectories,
} from "../../../../agent/stream/spool/run-directories.ts";
import { toTestRequest } from "../support/open-test-stream.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "runs-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function open(lock: (descriptor: number) => boolean = tryLock): RunDirectories {
  return createRunDirectories({ directory, bootId: "boot", tryLock: lock });
}

test("a guard that looks while another makes its directory takes nothing of it, now or later", () => {
  const maker = open((descriptor) => {
    let made: boolean | undefined;
    // Both try at once: the one who looks has the lock when the other wants it.
    const looking = open((other) => {
      const isMine = tryLock(other);
      made = tryLock(descriptor);
      return isMine;
    });
    for (const dead of looking.takeDead()) dead[Symbol.dispose]();
    return made ?? tryLock(descriptor);
  });
  using own = maker.create(toTestRequest());

  expect(open().takeDead()).toEqual([]);
  expect(readdirSync(own.path).toSorted()).toEqual(["lock", "run.json"]);
});

test("of more dead guards than can be taken the newest are, and the oldest are gone", () => {
  const runs = open();
  using living = runs.create(toTestRequest());
  const paths = Array.from({ length: 260 }, () => {
    using made = runs.create({ ...toTestRequest(), guardRunId: randomBytes(8).toString("hex") });
    return made.path;
  }).toSorted();
  const before = readdirSync(directory).length;
  const removed = open().removeExcess();
  const dead = open().takeDead();
  for (const held of dead) held[Symbol.dispose]();

  expect(before - removed).toBeLessThanOrEqual(257);
  expect(readdirSync(directory)).toContain(basename(living.path));
  expect(dead.map(({ path }) => path)).toEqual(paths.slice(-dead.length));
  expect(dead.length).toBeGreaterThan(250);
});

test("a guard that died is found behind any number of directories that are nobody's", () => {
  for (let number = 0; number < 300; number += 1) {
    mkdirSync(join(directory, String(number).padStart(15, "0")));
  }
  const own = open().create(toTestRequest());
  own[Symbol.dispose]();
  const dead = open().takeDead();
  for (const held of dead) held[Symbol.dispose]();

  expect(dead.map(({ path }) => path)).toEqual([own.path]);
});

test("what a guard was killed in the making of is gone after a while, and nothing that one still makes", () => {
  const dayMs = 86_400_000;
  const lock = plantUnfinished("making-held", 600_000);
  plantUnfinished("making-dead", 600_000, closeSync);
  plantUnfinished("making-new", 0, closeSync);
  const unlocked = join(directory, "making-old");
  mkdirSync(unlocked);
  setAge(unlocked, 2 * dayMs);
  open().removeUnfinished();
  closeSync(lock);

  expect(readdirSync(directory).toSorted()).toEqual(["making-held", "making-new"]);
});

test("a run whose note is cut off is taken, so that it can be let go of", () => {
  const own = open().create(toTestRequest());
  writeFileSync(join(own.path, "run.json"), "{");
  own[Symbol.dispose]();
  const dead = open().takeDead();
  for (const held of dead) held[Symbol.dispose]();

  expect(dead.map(({ path, request }) => ({ path, request }))).toEqual([
    { path: own.path, request: undefined },
  ]);
});

test("a directory that cannot be made leaves nothing open", () => {
  const before = readdirSync("/proc/self/fd").length;
  for (let tries = 0; tries < 20; tries += 1) {
    expect(() =>
      open(failToLock).create({ ...toTestRequest(), guardRunId: `guard-${tries}` }),
    ).toThrow("no locks");
  }

  expect(readdirSync("/proc/self/fd").length).toBeLessThan(before + 10);
});

function failToLock(): boolean {
  throw new Error("no locks");
}

function plantUnfinished(
  name: string,
  ageMs: number,
  then: (lock: number) => void = tryLock,
): number {
  const path = join(directory, name);
  mkdirSync(path);
  const lock = openSync(join(path, "lock"), "w");
  then(lock);
  setAge(path, ageMs);
  return lock;
}

function setAge(path: string, ageMs: number): void {
  const then = (Date.now() - ageMs) / 1_000;
  utimesSync(path, then, then);
}
