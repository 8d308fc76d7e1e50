/** A guarded command whose agent nobody shares a token with: GitHub says which job it is, or Kubernetes which pod. */
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type Collector, startCollector } from "../../collector/collector.ts";
import { ask } from "../collector/support/guard-client.ts";
import { TestIssuer } from "../collector/support/test-issuer.ts";
import { Workplace } from "./guard.ts";

const ADMIN = "admin-token-of-the-test";
const RUNNERS_TOKEN = ["runners", "own", "token", "0123456789"].join("-");
const FLAGS = ["--sensor", "proc", "--enforcement", "none"];

let issuer: TestIssuer;
let runner: Server;
let dataDir: string;
let collector: Collector;
/** What the runner was asked, and what it answered. */
let asked: { readonly url: string; readonly authorization: string }[] = [];
let issued: string[] = [];

beforeAll(async () => {
  issuer = await TestIssuer.start();
  runner = createServer((request, response) => {
    const { url = "", headers } = request;
    asked.push({ url, authorization: headers.authorization ?? "" });
    const audience = new URL(url, "http://runner").searchParams.get("audience");
    const token = issuer.sign(claims({ aud: audience }));
    issued.push(token);
    response.end(JSON.stringify({ count: 1, value: token }));
  });
  runner.listen(0, "127.0.0.1");
  await once(runner, "listening");
  dataDir = mkdtempSync(join(tmpdir(), "collector-"));
  collector = await startCollector({
    listen: { host: "127.0.0.1", port: 0 },
    dataDir,
    adminToken: ADMIN,
    agentToken: undefined,
    identity: {
      github: [
        {
          issuer: issuer.url,
          audience: "https://collector.example.org",
          tenants: { 1234: "default" },
          caFile: issuer.authorityFile,
        },
      ],
      kubernetes: [],
    },
    onDefect,
    onStorageFault: onDefect,
    onNewAdminToken: () => undefined,
  });
});
afterAll(async () => {
  await collector[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
  runner.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe("run --collector-auth github-oidc", () => {
  test("sends all of a run that is what GitHub says, and tells nobody what it was given for that", async () => {
    [asked, issued] = [[], []];
    using place = new Workplace();
    const { report, ended } = await place.report(
      [...FLAGS, ...toCollector(), "--collector-audience", "https://collector.example.org"],
      ["sh", "-c", "env > own; sleep 0.6"],
      { env: environment() },
    );
    const { body } = await ask(collector.url, ADMIN, `/v1/runs/${report.collector?.runId}`);
    const metrics = await fetch(new URL("/metrics", collector.url), {
      headers: { authorization: `Bearer ${ADMIN}` },
    });
    const told = JSON.stringify(report) + ended.stderr;

    expect(report.collector).toMatchObject({ effective: "delivered" });
    expect(body).toMatchObject({
      ci: { repository: "acme/app", runId: "99", actor: "alice" },
      identity: { kind: "github-oidc", state: "known", contradicts: ["actor"] },
    });
    expect(asked).toEqual([
      {
        url: "/token?api-version=2.0&audience=https%3A%2F%2Fcollector.example.org",
        authorization: `Bearer ${RUNNERS_TOKEN}`,
      },
    ]);
    expect([RUNNERS_TOKEN, ...issued].filter((secret) => told.includes(secret))).toEqual([]);
    // Also where it listened for commands, it was known.
    expect(await metrics.text()).not.toMatch(/auth_failures_total\{[^}]*\} [1-9]/);
    // The job may ask for tokens of its own.
    expect(readFileSync(place.path("own"), "utf8")).toContain(RUNNERS_TOKEN);
  });

  test("starts nothing where the job may not ask, and says what it takes", async () => {
    using place = new Workplace();
    const { status, stderr } = await place.run(["run", ...FLAGS, ...toCollector(), "--", "true"]);

    expect([status, stderr]).toEqual([2, expect.stringContaining("permissions: id-token: write")]);
  });
});

function toCollector(): readonly string[] {
  return ["--collector", collector.url, "--collector-auth", "github-oidc"];
}

function environment(): Record<string, string> {
  const address = runner.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${address.port}/token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: RUNNERS_TOKEN,
    GITHUB_ACTIONS: "true",
    GITHUB_REPOSITORY: "acme/app",
    GITHUB_RUN_ID: "99",
    GITHUB_ACTOR: "mallory",
  };
}

function claims(changed: Readonly<Record<string, unknown>>) {
  const now = Math.floor(Date.now() / 1_000);
  return {
    iss: issuer.url,
    jti: `${now}-${Math.random()}`,
    iat: now,
    exp: now + 300,
    repository: "acme/app",
    repository_id: "77",
    repository_owner_id: "1234",
    workflow: "CI",
    workflow_ref: "acme/app/.github/workflows/ci.yml@refs/heads/main",
    run_id: "99",
    run_attempt: "1",
    ref: "refs/heads/main",
    sha: "f".repeat(40),
    actor: "alice",
    ...changed,
  };
}

/** Thrown where nobody catches it: the run of tests fails. */
function onDefect(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
