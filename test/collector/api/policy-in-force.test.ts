import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { type Collector, startCollector } from "../../../collector/collector.ts";
import type { EgressInForce } from "../../../protocol/index.ts";
import { ask } from "../support/guard-client.ts";
import { playRun, startsProgram, tellsEgress } from "../support/played-job.ts";

const AGENT = "agent-token-of-the-test";
const ADMIN = "admin-token-of-the-test";
const VIEWER = "viewer-token-of-the-test";
const CI = {
  provider: "github-actions",
  repository: "acme/app",
  workflow: "ci",
  ref: "refs/heads/main",
} as const;
const EGRESS: EgressInForce = {
  ...tellsEgress(["github.com:443"]),
  deny: ["evil.example"],
  moreDenied: 2,
  sni: "verify",
};
const STARTED = startsProgram("1-a", null, "/usr/bin/make");
const HOSTILE = `"><script>alert(1)</script>\u202e\n::error::gone`;

let dataDir: string;
let collector: Collector;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "collector-"));
  collector = await startCollector({
    dataDir,
    listen: { host: "127.0.0.1", port: 0 },
    adminToken: ADMIN,
    agentToken: AGENT,
    viewerToken: VIEWER,
    onNewAdminToken: () => undefined,
    onStorageFault: fail,
    onDefect: fail,
  });
});
afterAll(async () => {
  await collector[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

test("the policy in force is that of the newest run of a job that said one", async () => {
  await play("build (x64)", { ...EGRESS, allow: ["old.example"] });
  const runId = await play("build (arm64)", EGRESS);
  await play("build (arm64)", undefined);

  const { status, body } = await askFor("repository=ACME/app&workflow=ci&job=build");

  expect(status).toBe(200);
  expect(body).toEqual({
    runId,
    startedAt: expect.any(String),
    ref: "refs/heads/main",
    isProven: false,
    mode: { requested: "audit", effective: "audit" },
    egress: EGRESS,
  });
});

test("where no run has said one it is not found, with the reason", async () => {
  await play("silent", undefined);

  expect(await askFor("repository=acme/app&job=silent")).toMatchObject({
    status: 404,
    body: { error: { message: expect.stringContaining("has said which policy") } },
  });
  expect(await askFor("repository=acme/none")).toMatchObject({
    status: 404,
    body: { error: { message: expect.stringContaining("none is of such a job") } },
  });
});

test("what an agent sent as a policy is given back as text, within bounds", async () => {
  await play("hostile", { ...EGRESS, allow: [HOSTILE, "x".repeat(40_000)] });

  expect(await askFor("repository=acme/app&job=hostile")).toMatchObject({
    body: { egress: { allow: [HOSTILE], moreAllowed: 1 } },
  });
});

test("it is for operators, and asks for a repository", async () => {
  const path = "/v1/policies/in-force";

  expect(await ask(collector.url, AGENT, `${path}?repository=acme/app`)).toMatchObject({
    status: 403,
  });
  expect(await ask(collector.url, VIEWER, path)).toMatchObject({ status: 400 });
});

function askFor(query: string) {
  return ask(collector.url, VIEWER, `/v1/policies/in-force?${query}`);
}

function play(job: string, egress: EgressInForce | undefined): Promise<string> {
  return playRun({ url: collector.url, agentToken: AGENT, ci: { ...CI, job }, egress }, [STARTED]);
}

function fail(fault: unknown): never {
  throw new Error(`the collector had a fault: ${String(fault)}`);
}
