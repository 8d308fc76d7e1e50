import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { readPlainFile } from "../../../action/runner/plain-file.ts";

const folder = mkdtempSync(join(tmpdir(), "plain-file-"));
const at = (name: string): string => join(folder, name);
writeFileSync(at("file"), "text");
execFileSync("mkfifo", [at("pipe")]);
symlinkSync(at("file"), at("link"));
mkdirSync(at("directory"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("what is read where a job may write", () => {
  test("is a file of a bounded size", () => {
    expect(readPlainFile(at("file"), 4).toString()).toBe("text");
    expect(() => readPlainFile(at("file"), 3)).toThrow(/file is too large to be read/);
  });

  test.each([
    ["pipe", "is a pipe, and"],
    ["link", "is a symbolic link, and"],
    ["directory", "is a directory, and"],
    ["nothing", "does not exist"],
  ])("is no %s, and nobody waits for one", (name, says) => {
    expect(() => readPlainFile(at(name), 4)).toThrow(`${at(name)} ${says}`);
  });
});
