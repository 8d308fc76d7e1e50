import { execFileSync } from "node:child_process";
import {
  closeSync,
  fstatSync,
  statSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createLocalFiles } from "../../../agent/files/local-files.ts";

const files = createLocalFiles();
let folder = "";

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "local-files-")));
  mkdirSync(join(folder, "directory"));
  writeFileSync(join(folder, "directory/file"), "content");
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("opens a regular file", () => {
  test("by its path", () => {
    expect(read("directory/file")).toBe("content");
    expect(read("directory/../directory/./file")).toBe("content");
  });

  test("through links to directories, whole and relative ones", () => {
    symlinkSync("../directory", join(folder, "directory/again"));
    symlinkSync(join(folder, "directory"), join(folder, "whole"));

    expect(read("whole/again/again/file")).toBe("content");
  });

  test("of the one that has it open as its program", () => {
    const image = files.openImage(process.pid);
    if (image === undefined) throw new Error("it was not opened");
    expect(fstatSync(image).ino).toBe(statSync("/proc/self/exe").ino);
    closeSync(image);
  });
});

describe("opens nothing", () => {
  test.each([
    "none",
    "none/file",
    "directory",
    "directory/file/more",
    "link",
    "round/file",
    "pipe",
  ])("at %s", (path) => {
    symlinkSync("directory/file", join(folder, "link"));
    symlinkSync("round", join(folder, "round"));
    execFileSync("mkfifo", [join(folder, "pipe")]);

    expect(files.open(process.pid, join(folder, path))).toBeUndefined();
  });

  test("of a process that is not there", () => {
    expect(files.open(2 ** 22, "/etc/passwd")).toBeUndefined();
    expect(files.openImage(2 ** 22)).toBeUndefined();
  });
});

describe("opens a place", () => {
  test.each([
    ["a file", "directory/file", "directory/file"],
    ["a directory", "directory", "directory"],
    ["what a link leads to", "link", "directory/file"],
    ["what a link in a link leads to", "whole/again/file", "directory/file"],
    ["a pipe, and does not wait for who writes to it", "pipe", "pipe"],
  ])("that is %s", (_, path, same) => {
    symlinkSync("directory/file", join(folder, "link"));
    symlinkSync(join(folder, "directory"), join(folder, "whole"));
    symlinkSync(".", join(folder, "directory/again"));
    execFileSync("mkfifo", [join(folder, "pipe")]);
    const place = files.openPlace(process.pid, join(folder, path));
    if (place === undefined) throw new Error("it was not opened");

    expect(fstatSync(place).ino).toBe(statSync(join(folder, same)).ino);
    closeSync(place);
  });

  test("nowhere where links lead in a circle", () => {
    symlinkSync("round", join(folder, "round"));

    expect(files.openPlace(process.pid, join(folder, "round"))).toBeUndefined();
  });
});

test("no descriptor stays open", () => {
  symlinkSync("directory", join(folder, "link"));
  for (const path of ["link/file", "link/none", "none", "directory"]) {
    read(path);
    const place = files.openPlace(process.pid, join(folder, path));
    if (place !== undefined) closeSync(place);
  }

  const open = readdirSync("/proc/self/fd").map((name) => linkOf(`/proc/self/fd/${name}`));
  expect(open.filter((path) => path.startsWith(folder))).toEqual([]);
});

/** Those of others come and go. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

function read(path: string): string | undefined {
  const descriptor = files.open(process.pid, join(folder, path));
  if (descriptor === undefined) return undefined;
  try {
    return readFileSync(descriptor, "latin1");
  } finally {
    closeSync(descriptor);
  }
}
