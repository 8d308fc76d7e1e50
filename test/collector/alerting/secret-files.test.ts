import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { createReadSecret } from "../../../collector/alerting/secret-files.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "secrets-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

test("a secret is read again when its file is another one, and stays what it was while there is none", () => {
  const [file, next] = [join(directory, "key"), join(directory, "next")];
  const readSecret = createReadSecret();
  writeFileSync(file, "one\n");
  expect(readSecret(file)).toBe("one");
  writeFileSync(next, "two\n");
  renameSync(next, file);
  expect(readSecret(file)).toBe("two");
  rmSync(file);
  expect(readSecret(file)).toBe("two");
});

test("a secret that is not there at the start, or is empty or too long, is wrong configuration", () => {
  const file = join(directory, "key");
  expect(() => createReadSecret()(file)).toThrow("there is no such file");
  writeFileSync(file, "\n");
  expect(() => createReadSecret()(file)).toThrow("is empty");
  writeFileSync(file, "x".repeat(70_000));
  expect(() => createReadSecret()(file)).toThrow("has more than 65536 bytes");
});
