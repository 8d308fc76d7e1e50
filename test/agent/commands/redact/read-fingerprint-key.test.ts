import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { readFingerprintKey } from "../../../../agent/commands/redact/read-fingerprint-key.ts";
import { AgentError } from "../../../../agent/errors.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "fingerprint-key-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

test.each(["", "\n", "\r\n"])("the key is the file without %j at its end", (end) => {
  const path = join(directory, "key");
  writeFileSync(path, `0123456789abcdef${end}`);

  expect(Buffer.from(readFingerprintKey(path)).toString()).toBe("0123456789abcdef");
});

test("a key of bytes is taken as it is", () => {
  const path = join(directory, "key");
  const key = Buffer.from([...Array.from({ length: 15 }, () => 0), 255]);
  writeFileSync(path, key);

  expect(readFingerprintKey(path)).toEqual(key);
});

test("a short key is refused without being told", () => {
  const path = join(directory, "key");
  writeFileSync(path, "sesame\n");

  expect(() => readFingerprintKey(path)).toThrow(/has 6 bytes: .* at least 16/);
  expect(() => readFingerprintKey(path)).not.toThrow(/sesame/);
});

test.each(["missing", "."])("%s is refused", (name) => {
  expect(() => readFingerprintKey(join(directory, name))).toThrow(AgentError);
});
