import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { findLastingGuard } from "../../../action/guard/other-guard.ts";

/** Some times as long as between two looks. */
const SOME_LOOKS_MS = 300;

let place = "";
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "other-guard-"));
});
afterEach(() => {
  rmSync(place, { recursive: true, force: true });
});

function announce(pid: number): void {
  const mode = { requested: "block", effective: "block", reasons: [] };
  const enforcement = { mechanism: "nftables" };
  const state = { pid, runId: "r-1", mode, sensors: [], enforcement };
  writeFileSync(join(place, "ready"), JSON.stringify(state));
}

describe("the guard of the job before", () => {
  test("is waited for while it answers no more and writes its report", async () => {
    const guard = spawn("sleep", ["300"]);
    announce(guard.pid ?? 0);
    let isFound = false;
    const found = findLastingGuard(place).finally(() => {
      isFound = true;
    });
    await wait(SOME_LOOKS_MS);
    const wasFoundMeanwhile = isFound;
    guard.kill();
    await once(guard, "exit");

    expect(wasFoundMeanwhile).toBe(false);
    await expect(found).resolves.toMatchObject({ status: "gone", runId: "r-1" });
  });

  test("is not waited for where it was killed", async () => {
    const guard = spawn("true");
    await once(guard, "exit");
    announce(guard.pid ?? 0);

    await expect(findLastingGuard(place)).resolves.toMatchObject({ status: "gone" });
  });
});
