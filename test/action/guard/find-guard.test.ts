import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { findGuard } from "../../../action/guard/find-guard.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "find-guard-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An earlier job left it; who looks is not to wait at it. */
test("there is no guard where a pipe is in the place of what it would announce", async () => {
  execFileSync("mkfifo", [join(folder, "ready")]);

  await expect(findGuard(folder)).resolves.toEqual({ status: "none" });
});

test("there is none where that leads elsewhere", async () => {
  const mode = { requested: "block", effective: "block", reasons: [] };
  const state = { pid: 1, runId: "r-1", mode, sensors: [], enforcement: { mechanism: "none" } };
  writeFileSync(join(folder, "elsewhere"), JSON.stringify(state));
  symlinkSync(join(folder, "elsewhere"), join(folder, "ready"));

  await expect(findGuard(folder)).resolves.toEqual({ status: "none" });
  rmSync(join(folder, "ready"));
  symlinkSync("/dev/zero", join(folder, "ready"));
  await expect(findGuard(folder)).resolves.toEqual({ status: "none" });
});
