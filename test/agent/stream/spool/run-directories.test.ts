/** Directories of guards that live, are being made, or are left: one guard has each. */
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
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
