/** A run of a workflow is cancelled at a GitHub that also vouches for its job, as a test plays it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, assert, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";

import { type Collector, startCollector } from "../../../collector/collector.ts";
import { USUAL_RESPONSE } from "../../../collector/response/response-file.ts";
import { startRunResponseSchema } from "../../../protocol/index.ts";
import { ask, newClaim, startRequest } from "../support/guard-client.ts";
import { TestIssuer } from "../support/test-issuer.ts";

const ADMIN = "admin-token-of-the-test";
const AUDIENCE = "https://collector.example.org";
const OWNER = "1234";
const LIMIT_MS = 60_000;
const responsesSchema = z.object({
  items: z.array(
    z.looseObject({
      state: z.string(),
      summary: z.string(),
      steps: z.array(z.object({ step: z.string(), outcome: z.string(), answer: z.string() })),
    }),
  ),
});

let github: TestIssuer;
let folder: string;
let collector: Collector;

beforeAll(async () => {
  github = await TestIssuer.start();
  folder = mkdtempSync(join(tmpdir(), "collector-"));
  const tokenFile = join(folder, "token");
  writeFileSync(tokenFile, "the-token");
  const caFile = github.authorityFile;
  const server = { apiServer: `${github.url}/api/v3`, repositories: ["acme/*"], tokenFile, caFile };
  collector = await startCollector({
    dataDir: join(folder, "data"),
    listen: { host: "127.0.0.1", port: 0 },
    adminToken: ADMIN,
    agentToken: undefined,
    identity: {
      github: [{ issuer: github.url, audience: AUDIENCE, tenants: { [OWNER]: "default" }, caFile }],
      kubernetes: [],
    },
    response: { ...USUAL_RESPONSE, github: [server] },
    // A fiftieth of the time that GitHub has.
    responseBounds: { patience: 0.02, retryEachMs: 60_000 },
    onNewAdminToken: () => undefined,
    onDefect: fail,
    onStorageFault: fail,
  });
});
afterAll(async () => {
  await collector[Symbol.asyncDispose]();
  await github[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  github.asked.length = 0;
});

test("a run that ends when it is asked to is cancelled, and nothing more", async () => {
  const path = play("71", { endsBy: "cancel" });
  const runId = await beginRun("71");
  await cancel(runId);
  const { summary, steps } = await awaitEnd(runId, "done");

  expect(summary).toMatch(/is done: the run is over at GitHub \(cancelled\)\.$/);
  expect(steps).toMatchObject([{ step: "cancel-run", outcome: "worked" }]);
  expect(asked(path)).toEqual(["/cancel", ""]);
  expect(await showRun(runId)).toMatchObject({ outcome: "killed-by-operator" });
});

test("one that goes on all the same is forced, and looked at again", async () => {
  const path = play("72", { endsBy: "force-cancel" });
  const runId = await beginRun("72");
  await cancel(runId);
  const { steps } = await awaitEnd(runId, "done");

  expect(steps).toMatchObject([
    { step: "cancel-run", outcome: "failed" },
    { step: "force-cancel-run", outcome: "worked" },
  ]);
  const paths = asked(path);
  expect(paths.filter((one) => one !== "")).toEqual(["/cancel", "/force-cancel"]);
  expect(paths.at(-1)).toBe("");
  expect(await showRun(runId)).toMatchObject({ outcome: "killed-by-operator" });
});

test("one that nobody may cancel goes on, and a person is called", async () => {
  const path = "/api/v3/repos/acme/app/actions/runs/73";
  for (const how of ["cancel", "force-cancel"])
    github.answer(`${path}/${how}`, (_, response) => response.writeHead(403).end("{}"));
  const runId = await beginRun("73");
  await cancel(runId);
  const { steps } = await awaitEnd(runId, "failed");

  expect(steps).toMatchObject([
    { step: "cancel-run", outcome: "failed" },
    { step: "force-cancel-run", outcome: "failed" },
  ]);
  expect(asked(path)).toEqual(["/cancel", "/force-cancel"]);
  expect(await showRun(runId)).toMatchObject({ state: "live", outcome: "running" });
  const { body } = await ask(collector.url, ADMIN, "/v1/findings?rule=response-failed");
  expect(body).toMatchObject({ items: [{ runId, severity: "critical" }] });
});

/** Its path. */
function play(workflowRun: string, { endsBy }: { readonly endsBy: string }): string {
  const path = `/api/v3/repos/acme/app/actions/runs/${workflowRun}`;
  let isOver = false;
  for (const how of ["cancel", "force-cancel"]) {
    github.answer(`${path}/${how}`, (_, response) => {
      isOver ||= how === endsBy;
      response.writeHead(202).end("{}");
    });
  }
  github.answer(path, (_, response) => {
    const running = { status: "in_progress", conclusion: null };
    response.end(
      JSON.stringify(isOver ? { status: "completed", conclusion: "cancelled" } : running),
    );
  });
  return path;
}

/** What was asked of a run of a workflow, behind its path. */
function asked(path: string): string[] {
  return github.asked.filter((one) => one.startsWith(path)).map((one) => one.slice(path.length));
}

async function beginRun(workflowRun: string): Promise<string> {
  const seconds = Math.floor(Date.now() / 1_000);
  const token = github.sign({
    jti: newClaim(),
    iss: github.url,
    aud: AUDIENCE,
    sub: "repo:acme/app:ref:refs/heads/main",
    iat: seconds,
    nbf: seconds - 60,
    exp: seconds + 300,
    repository: "acme/app",
    repository_id: "77",
    repository_owner: "acme",
    repository_owner_id: OWNER,
    run_id: workflowRun,
    run_attempt: "1",
    run_number: "5",
    ref: "refs/heads/main",
    sha: "f".repeat(40),
    workflow: "CI",
    workflow_ref: "acme/app/.github/workflows/ci.yml@refs/heads/main",
    actor: "alice",
    actor_id: "7",
    event_name: "push",
    runner_environment: "self-hosted",
  });
  const body = JSON.stringify(startRequest(newClaim()));
  const reply = await ask(collector.url, token, "/v1/runs", body);
  if (reply.status !== 201) throw new Error(JSON.stringify(reply.body));
  return startRunResponseSchema.parse(reply.body).runId;
}

async function cancel(runId: string): Promise<void> {
  const body = JSON.stringify({ action: "cancel-run", reason: "it mines" });
  const { status } = await ask(collector.url, ADMIN, `/v1/runs/${runId}/respond`, body);
  expect(status).toBe(201);
}

async function awaitEnd(runId: string, state: string) {
  const find = async () => {
    const { body } = await ask(collector.url, ADMIN, `/v1/runs/${runId}/responses`);
    const response = responsesSchema.parse(body).items.find((one) => one.state === state);
    assert(response !== undefined, JSON.stringify(body));
    return response;
  };
  return vi.waitFor(find, LIMIT_MS);
}

async function showRun(runId: string): Promise<unknown> {
  return (await ask(collector.url, ADMIN, `/v1/runs/${runId}`)).body;
}

function fail(cause: unknown): never {
  throw cause instanceof Error ? cause : new Error(String(cause));
}
