import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { addKey, findAdminToken, keepKeys } from "../../../collector/identity/key-file.ts";
import { toTokenHash } from "../../../collector/identity/tokens.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "collector-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe("the collector's key", () => {
  test("is made once, and its owner's alone to read", () => {
    const keys = keepKeys(directory, false);

    expect(keepKeys(directory, true)).toEqual(keys);
    expect([keys.map(({ length }) => length), readdirSync(directory)]).toEqual([
      [32],
      ["master.key"],
    ]);
    expect(statSync(join(directory, "master.key")).mode & 0o777).toBe(0o600);
  });

  test("is never made anew beside events that another one signed", () => {
    expect(() => keepKeys(directory, true)).toThrow("master.key: the key is missing");
    expect(readdirSync(directory)).toEqual([]);
  });

  test("is made where a start before was cut off, whatever it left there", () => {
    for (const name of ["master.key.new", `master.key.${process.pid}`]) {
      writeFileSync(join(directory, name), "half a k");
    }
    const [key] = keepKeys(directory, false);

    expect(readFileSync(join(directory, "master.key"), "utf8")).toBe(`${key?.toString("hex")}\n`);
  });

  test("gets another one behind it, which is whole or not there", () => {
    const before = keepKeys(directory, false);
    const count = addKey(directory);
    const after = keepKeys(directory, true);

    expect(after.slice(0, 1)).toEqual(before);
    expect([count, new Set(after.map((key) => key.toString("hex"))).size]).toEqual([2, 2]);
    expect(readdirSync(directory)).toEqual(["master.key"]);
  });

  test.each(["", "half a k", "0".repeat(64)])("that reads %j is refused", (text) => {
    writeFileSync(join(directory, "master.key"), text);

    expect(() => keepKeys(directory, true)).toThrow("is not what the collector wrote there");
  });
});

test("a key that cannot be read is told of with why", () => {
  mkdirSync(join(directory, "master.key"));

  expect(() => keepKeys(directory, true)).toThrow("master.key: cannot be read: EISDIR");
});

test("an admin's token is told once, and kept as its hash", () => {
  const made = findAdminToken(directory);
  const { token = "", hash } = made;
  expect(findAdminToken(directory).hash).not.toBe(hash);
  made.keep();

  expect(findAdminToken(directory)).toMatchObject({ hash, token: undefined });
  expect(hash).toBe(toTokenHash(token));
});
