import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { requires } from "../../../support/requires.ts";
import { observeCommand, ofKind } from "./support/observe-command.ts";

const { bpf } = requires;

let directory = "";

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "reads-")));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const reads = async (path: string): Promise<string[]> => {
  const observed = await observeCommand(["/bin/cat", path], {
    sensor: { watchedFiles: [{ name: ".npmrc" }, { name: "config", parent: ".git" }] },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return ofKind(observed, "file-read").map((read) => read.path);
};

describe.skipIf(!bpf.available)(`reading files that are watched${bpf.note}`, () => {
  test("one that is watched by its name is told, wherever it lies", async () => {
    const path = join(directory, ".npmrc");
    writeFileSync(path, "");
    expect(await reads(path)).toEqual([path]);
  });

  test("one that is watched by its name and directory is told there, and nowhere else", async () => {
    for (const parent of [".git", "git"]) {
      mkdirSync(join(directory, parent));
      writeFileSync(join(directory, parent, "config"), "");
    }
    const watched = join(directory, ".git/config");
    expect(await reads(watched)).toEqual([watched]);
    expect(await reads(join(directory, "git/config"))).toEqual([]);
  });

  test("one that is not watched is not told, nor one that is not there", async () => {
    writeFileSync(join(directory, ".npmrc2"), "");
    writeFileSync(join(directory, "npmrc"), "");
    expect(await reads(join(directory, ".npmrc2"))).toEqual([]);
    expect(await reads(join(directory, "npmrc"))).toEqual([]);
    expect(await reads(join(directory, ".npmrc"))).toEqual([]);
  });

  test("a symbolic link to one hides nothing", async () => {
    const path = join(directory, ".npmrc");
    writeFileSync(path, "");
    symlinkSync(path, join(directory, "innocent"));
    expect(await reads(join(directory, "innocent"))).toEqual([path]);
  });
});
