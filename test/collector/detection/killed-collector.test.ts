import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { startCollectorProcess } from "../support/collector-process.ts";
import { countUntaught } from "../support/count-untaught.ts";
import { ask } from "../support/guard-client.ts";
import { connects, playRun, startsProgram } from "../support/played-job.ts";

const agentToken = "agent-token-of-the-tests-0123456789";
const adminToken = "admin-token-of-the-tests-0123456789";
const CI = {
  provider: "github-actions",
  repository: "acme/app",
  job: "build",
  ref: "refs/heads/main",
} as const;
const DEEDS = [startsProgram("1-a", null, "/usr/bin/npm"), connects("1-a", "registry.npmjs.org")];
const KILLS = 2;
const RUNS_BEFORE_EACH = 4;

test("a collector that is killed while it learns has learned from each run once", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "collector-"));
  try {
    const options = { dataDir, agentToken, adminToken };
    for (let kill = 0; kill < KILLS; kill += 1) {
      await using collector = await startCollectorProcess(options);
      const job = { url: collector.url, agentToken, ci: CI };
      for (let run = 0; run < RUNS_BEFORE_EACH; run += 1) await playRun(job, DEEDS);
      await collector.end("SIGKILL");
    }
    await using last = await startCollectorProcess(options);
    await expect.poll(() => countUntaught(dataDir)).toBe(0);
    const { body } = await ask(last.url, adminToken, "/v1/baselines");

    expect(body).toMatchObject({ items: [{ runs: KILLS * RUNS_BEFORE_EACH }] });
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});
