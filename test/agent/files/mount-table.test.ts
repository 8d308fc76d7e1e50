import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { readMounts } from "../../../agent/files/mount-table.ts";

test("a file system that is mounted anew with other options is the same one", () => {
  const before = "36 25 254:1 / /usr rw,relatime shared:1 - ext4 /dev/vda1 rw";
  const after = "36 25 254:1 / /usr ro,relatime - ext4 /dev/vda1 ro,errors=remount-ro";
  expect(lineOf(after)).toBe(lineOf(before));
  expect(lineOf(before.replace("/dev/vda1", "/dev/vdb1"))).not.toBe(lineOf(before));
  expect(lineOf(before.replace("/usr", "/opt"))).not.toBe(lineOf(before));
});

function lineOf(text: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "mounts-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "mountinfo"), `${text}\n`);
  return readMounts(folder)[0]?.line;
}
