import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

import { readAlertingFile } from "../../../collector/alerting/alerting-file.ts";
import { type Collector, startCollector } from "../../../collector/collector.ts";
import { USUAL_DETECTION } from "../../../collector/detection/detection-file.ts";
import { MAC_HEADER } from "../../../protocol/index.ts";
import {
  type PagerDutyStandIn,
  startPagerDuty,
} from "../alerting/sinks/support/pagerduty-stand-in.ts";
import { AgentListener } from "../support/agent-listener.ts";
import { type Asked, DescribedApi, type Operation } from "../support/described-api.ts";
import {
  ask,
  type BatchToSend,
  GuardClient,
  heartbeat,
  newClaim,
  startRequest,
  stopped,
} from "../support/guard-client.ts";
import { connects, playRun, startsProgram, tellsEgress } from "../support/played-job.ts";

const AGENT = "agent-token-of-the-test";
const ADMIN = "admin-token-of-the-test";
const NOWHERE = "00000000-0000-4000-8000-000000000000";
const REASON = { reason: "known" };
const TRIAGE = { owner: "Ada", ...REASON };
const KILL = { action: "kill-job", ...REASON };
const MODE = { mode: "dry-run", ...REASON };
const POLICY = { ...REASON, tighten: { deny: ["evil.example"] } };
/** These need a disk that fails, a crowd, or a bug. */
const OF_ITS_STATE = ["429", "500", "503"];

let dataDir: string;
let pager: PagerDutyStandIn;
let collector: Collector;
let api: DescribedApi;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "collector-"));
  pager = await startPagerDuty({ routingKey: "0".repeat(32) });
  collector = await startCollector({
    dataDir,
    listen: { host: "127.0.0.1", port: 0 },
    adminToken: ADMIN,
    agentToken: AGENT,
    alerting: readAlertingFile(writeAlerting()),
    detection: { learn: { ...USUAL_DETECTION.learn, runs: 1 } },
    onNewAdminToken: () => undefined,
    onStorageFault: fail,
    onDefect: fail,
  });
  api = await DescribedApi.read(collector.url);
});
afterAll(async () => {
  await collector[Symbol.asyncDispose]();
  await pager[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

test.each(["destinations", "names", "programs"])(
  "the list of %s says whose they are, also where no repository is named",
  async (path) => {
    const [nobodys, named] = [
      await ask(collector.url, ADMIN, `/v1/${path}`),
      await ask(collector.url, ADMIN, `/v1/${path}?repository=acme/none`),
    ];

    expect(nobodys.body).toMatchObject({ repository: null, isWhole: true });
    expect(named.body).toEqual({ repository: "acme/none", items: [], isWhole: true });
  },
);

test("every route answers as its description says, and refuses as it says", async () => {
  const { guard, ended } = await answerAll();
  await answerOfBaselines();
  await answerOfIncidents();
  for (const operation of api.operations) await refuse(operation, guard);
  await refuseWhatIsNotThere();
  await refuseOfItsOwn(guard, ended);

  expect(api.unseen((status) => !OF_ITS_STATE.includes(status))).toEqual([]);
});

/** Those of people, and the sessions that browsers have of them. */
async function answerOfTokens(): Promise<void> {
  const byAdmin = { token: ADMIN };
  const given = await api.ask("POST /v1/tokens", { ...byAdmin, body: toJson({ role: "viewer" }) });
  const { id } = z.object({ id: z.string() }).parse(given.body);
  await succeed("GET /v1/tokens", byAdmin);
  await succeed("DELETE /v1/tokens/{id}", { ...byAdmin, parameters: { id } });
  await succeed("POST /v1/sinks/{name}/test", {
    ...byAdmin,
    parameters: { name: "pager" },
    body: "{}",
  });
  await succeed("POST /v1/session", byAdmin);
  await succeed("GET /v1/session");
  await succeed("DELETE /v1/session", byAdmin);
}

/** Each path once as it is meant to be asked. */
async function answerAll() {
  const guard = await GuardClient.start(collector.url, AGENT);
  const id = guard.run.runId;
  const agent = new AgentListener({ url: collector.url, token: AGENT, run: guard.run });
  const byAgent = { token: AGENT, parameters: { id } };
  const byAdmin = { token: ADMIN, parameters: { id } };
  const send = async (batch: BatchToSend): Promise<void> => {
    const { content, headers } = guard.toRequest(batch);
    await succeed("POST /v1/runs/{id}/batches", { ...byAgent, headers, body: content });
    guard.lastMac = headers[MAC_HEADER] ?? "";
  };
  await succeed("PUT /v1/policies/{name}", { ...toPolicy("campaign"), body: toJson(POLICY) });
  await succeed("POST /v1/runs", { token: AGENT, body: toJson(startRequest(newClaim())) });
  await send({ firstSeq: 1, lines: [heartbeat(1), finding(2)] });
  await succeed("POST /v1/runs/{id}/kill", { ...byAdmin, body: toJson(REASON) });
  await succeed("POST /v1/runs/{id}/policy", { ...byAdmin, body: toJson(POLICY) });
  await succeed("POST /v1/runs/{id}/respond", { ...byAdmin, body: toJson(KILL) });
  await succeed("GET /v1/runs/{id}/responses", byAdmin);
  await succeed("PUT /v1/response", { token: ADMIN, body: toJson(MODE) });
  const listening = { ...byAgent, headers: agent.headers() };
  await succeed("GET /v1/runs/{id}/commands", { ...listening, query: "?wait=0" });
  await succeed("GET /v1/runs/{id}/commands", listening);
  const number = { ...byAdmin, parameters: { id, number: "1" } };
  await succeed("GET /v1/runs/{id}/commands/{number}", number);
  const body = toJson({ state: "delivered" });
  await succeed("POST /v1/runs/{id}/commands/{number}", {
    ...byAgent,
    ...number,
    token: AGENT,
    headers: agent.answerHeaders(1, body),
    body,
  });
  const ofFinding = { token: ADMIN, parameters: { id: `${id}.f-1` } };
  await succeed("GET /v1/findings/{id}", ofFinding);
  await succeed("POST /v1/findings/{id}/acknowledge", { ...ofFinding, body: toJson(TRIAGE) });
  const until = new Date(Date.now() + 60_000).toISOString();
  const suppression = { ...ofFinding, body: toJson({ ...TRIAGE, until }) };
  await succeed("POST /v1/findings/{id}/suppress", suppression);
  for (const path of [
    "/v1/runs",
    "/v1/findings",
    "/v1/audit",
    "/v1/policies",
    "/v1/response",
    "/v1/responses",
  ]) {
    await succeed(`GET ${path}`, { token: ADMIN });
  }
  for (const path of ["/v1/overview", "/v1/settings", "/v1/live"]) {
    await succeed(`GET ${path}`, { token: ADMIN });
  }
  for (const path of ["chain", "export", "live"])
    await succeed(`GET /v1/runs/{id}/${path}`, byAdmin);
  await answerOfTokens();
  await succeed("POST /v1/findings/{id}/reopen", { ...ofFinding, body: "{}" });
  for (const path of ["destinations", "names", "programs"]) {
    await succeed(`GET /v1/${path}`, { token: ADMIN, query: "?repository=acme/app&days=2" });
  }
  for (const path of ["/v1/runs/{id}", "/v1/runs/{id}/events"]) {
    await succeed(`GET ${path}`, byAdmin);
  }
  for (const path of ["/healthz", "/readyz", "/openapi.json", "/runbooks", "/runbooks/{rule}"])
    await succeed(`GET ${path}`);
  await succeed("GET /metrics", { token: ADMIN });
  await succeed("GET /v1/policies/{name}", toPolicy("campaign"));
  await succeed("DELETE /v1/policies/{name}", toPolicy("campaign"));
  const ended = await GuardClient.start(collector.url, AGENT);
  await ended.send({ firstSeq: 1, lines: [stopped(1)] });
  const goodbye = ended.toGoodbye(1);
  await succeed("POST /v1/runs/{id}/finish", {
    token: AGENT,
    parameters: { id: ended.run.runId },
    headers: goodbye.headers,
    body: goodbye.content,
  });
  return { guard, ended };
}

/** One run teaches what the next one is judged by. */
async function answerOfBaselines(): Promise<void> {
  const ci = { provider: "github-actions", repository: "acme/lib", job: "build" } as const;
  const egress = tellsEgress(["registry.npmjs.org"]);
  const job = {
    url: collector.url,
    agentToken: AGENT,
    ci: { ...ci, ref: "refs/heads/main" },
    egress,
  };
  const program = startsProgram("1-a", null, "/usr/bin/npm");
  const asAdmin = { token: ADMIN };
  await playRun(job, [program, connects("1-a", "registry.npmjs.org")]);
  const { items } = await askUntil("/v1/baselines?repository=acme/lib", "stable");
  await succeed("GET /v1/baselines", asAdmin);
  await playRun(job, [program, connects("1-a", "collect.evil.example")]);
  const found = await askUntil("/v1/findings?rule=new-destination", "evil.example");
  const named = { ...asAdmin, parameters: { id: found.items[0]?.id ?? "" } };
  await succeed("POST /v1/findings/{id}/expected", { ...named, body: toJson(TRIAGE) });
  await succeed("GET /v1/policies/suggest", {
    ...asAdmin,
    query: "?repository=acme/lib&job=build",
  });
  await succeed("GET /v1/policies/in-force", {
    ...asAdmin,
    query: "?repository=acme/lib&job=build",
  });
  const baseline = { ...asAdmin, parameters: { id: items[0]?.id ?? "" } };
  await succeed("GET /v1/baselines/{id}", baseline);
  await succeed("GET /v1/baselines/{id}/changes", baseline);
  await succeed("POST /v1/baselines/{id}/reset", { ...baseline, body: toJson(REASON) });
}

/** The pager knows no such key: what it was told is dead. */
async function answerOfIncidents(): Promise<void> {
  const dead = await askUntil("/v1/deliveries?state=dead", "pager");
  await succeed("GET /v1/deliveries", { token: ADMIN });
  const delivery = { token: ADMIN, parameters: { id: dead.items[0]?.id ?? "" } };
  await succeed("POST /v1/deliveries/{id}/retry", delivery);
  const { items } = await askUntil("/v1/incidents?rule=reverse-shell", "reverse-shell");
  await succeed("GET /v1/incidents", { token: ADMIN });
  const incident = { token: ADMIN, parameters: { id: items[0]?.id ?? "" } };
  await succeed("GET /v1/incidents/{id}", incident);
  for (const deed of ["acknowledge", "resolve"]) {
    await succeed(`POST /v1/incidents/{id}/${deed}`, { ...incident, body: toJson(TRIAGE) });
  }
}

const listSchema = z.object({ items: z.array(z.object({ id: z.string() })) });

async function askUntil(path: string, text: string): Promise<z.infer<typeof listSchema>> {
  const list = async () => (await ask(collector.url, ADMIN, path)).body;
  await expect.poll(async () => toJson(await list())).toContain(text);
  return listSchema.parse(await list());
}

/** What every path refuses that takes it at all. */
async function refuse(operation: Operation, { run }: GuardClient): Promise<void> {
  const { method, path, requestBody } = operation;
  const name = `${method} ${path}`;
  const parameters = { id: run.runId, name: "x", number: "1" };
  const role = operation["x-role"];
  const token = role === "agent" ? AGENT : ADMIN;
  const body = requestBody === undefined ? {} : { body: "{}" };
  await refuseWith(400, name, { token, parameters, query: "?nothing=1", ...body });
  if (operation.security.length > 0) {
    await refuseWith(401, name, { parameters, token: "somebody-who-is-not-known", ...body });
  }
  if (role !== "anyone") {
    const other = role === "agent" ? ADMIN : AGENT;
    await refuseWith(403, name, { parameters, token: other, ...body });
  }
  const [, bytes] = /; (\d+) bytes at most/.exec(requestBody?.description ?? "") ?? [];
  if (bytes === undefined) return;
  await refuseWith(413, name, { token, parameters, announcedBytes: Number(bytes) + 1 });
}

async function refuseWhatIsNotThere(): Promise<void> {
  const id = NOWHERE;
  const byAdmin = { token: ADMIN, parameters: { id, number: "1" } };
  const byAgent = { ...byAdmin, token: AGENT };
  const missing: [string, Asked][] = [
    ["GET /v1/runs/{id}", byAdmin],
    ["GET /v1/runs/{id}/events", byAdmin],
    ["GET /v1/runs/{id}/chain", byAdmin],
    ["GET /v1/runs/{id}/export", byAdmin],
    ["GET /v1/runs/{id}/live", byAdmin],
    ["DELETE /v1/tokens/{id}", byAdmin],
    ["POST /v1/sinks/{name}/test", { token: ADMIN, parameters: { name: "x" }, body: "{}" }],
    ["GET /v1/runs/{id}/commands/{number}", byAdmin],
    ["POST /v1/runs/{id}/kill", { ...byAdmin, body: toJson(REASON) }],
    ["POST /v1/runs/{id}/policy", { ...byAdmin, body: toJson(POLICY) }],
    ["POST /v1/runs/{id}/respond", { ...byAdmin, body: toJson(KILL) }],
    ["GET /v1/runs/{id}/responses", byAdmin],
    ["POST /v1/runs/{id}/batches", { ...byAgent, body: "" }],
    ["POST /v1/runs/{id}/finish", { ...byAgent, body: toJson({ lastSeq: 1 }) }],
    ["POST /v1/runs/{id}/commands/{number}", { ...byAgent, body: toJson({ state: "obeyed" }) }],
    ["GET /v1/policies/{name}", toPolicy("nothing")],
    ["DELETE /v1/policies/{name}", toPolicy("nothing")],
    ["GET /v1/findings/{id}", byAdmin],
    ["POST /v1/findings/{id}/expected", { ...byAdmin, body: toJson(TRIAGE) }],
    ["GET /v1/baselines/{id}", byAdmin],
    ["GET /v1/baselines/{id}/changes", byAdmin],
    ["POST /v1/baselines/{id}/reset", { ...byAdmin, body: toJson(REASON) }],
    ["GET /v1/policies/suggest", { ...byAdmin, query: "?repository=nothing" }],
    ["GET /v1/policies/in-force", { ...byAdmin, query: "?repository=nothing" }],
    ["GET /v1/incidents/{id}", byAdmin],
    ["POST /v1/incidents/{id}/acknowledge", { ...byAdmin, body: toJson(TRIAGE) }],
    ["POST /v1/incidents/{id}/resolve", { ...byAdmin, body: toJson(TRIAGE) }],
    ["POST /v1/deliveries/{id}/retry", byAdmin],
    ["POST /v1/findings/{id}/acknowledge", { ...byAdmin, body: toJson(TRIAGE) }],
    ["POST /v1/findings/{id}/reopen", { ...byAdmin, body: "{}" }],
  ];
  for (const [name, asked] of missing) await refuseWith(404, name, asked);
  const until = new Date(Date.now() + 60_000).toISOString();
  const body = toJson({ ...TRIAGE, until });
  const parameters = { id: `${id}.f-1` };
  await refuseWith(404, "POST /v1/findings/{id}/suppress", { ...byAdmin, parameters, body });
  const headers = new AgentListener({
    url: collector.url,
    token: AGENT,
    run: { runId: id, uploadKey: "00".repeat(32) },
  }).headers();
  await refuseWith(404, "GET /v1/runs/{id}/commands", { ...byAgent, headers });
}

async function refuseOfItsOwn(guard: GuardClient, ended: GuardClient): Promise<void> {
  const { content, headers } = guard.toRequest({ firstSeq: 9, lines: [heartbeat(9)] });
  const batch = { token: AGENT, parameters: { id: guard.run.runId }, body: content };
  await refuseWith(409, "POST /v1/runs/{id}/batches", { ...batch, headers });
  const packed = { ...headers, "content-encoding": "br" };
  await refuseWith(415, "POST /v1/runs/{id}/batches", { ...batch, headers: packed });
  const goodbye = guard.toGoodbye(9);
  await refuseWith(409, "POST /v1/runs/{id}/finish", {
    token: AGENT,
    parameters: { id: guard.run.runId },
    headers: goodbye.headers,
    body: goodbye.content,
  });
  const over = { token: ADMIN, parameters: { id: ended.run.runId } };
  await refuseWith(409, "POST /v1/runs/{id}/kill", { ...over, body: toJson(REASON) });
  await refuseWith(409, "POST /v1/runs/{id}/respond", { ...over, body: toJson(KILL) });
  await refuseWith(409, "POST /v1/runs/{id}/policy", { ...over, body: toJson(POLICY) });
}

async function succeed(name: string, asked: Asked = {}): Promise<void> {
  const { status, body } = await api.ask(name, asked);
  if (status >= 300) throw new Error(`${name}: ${status} ${JSON.stringify(body)}`);
}

async function refuseWith(expected: number, name: string, asked: Asked): Promise<void> {
  const { status, body } = await api.ask(name, asked);
  if (status !== expected) throw new Error(`${name}: ${status} ${JSON.stringify(body)}`);
}

function toPolicy(name: string): Asked {
  return { token: ADMIN, parameters: { name } };
}

function toJson(value: unknown): string {
  return JSON.stringify(value);
}

function finding(seq: number): string {
  const at = "2026-01-31T12:00:00.000001Z";
  return toJson({
    seq,
    observedAt: at,
    kind: "finding",
    id: "f-1",
    rule: { id: "reverse-shell", name: "A shell" },
    severity: "critical",
    process: null,
    message: "a shell talks to evil.example",
    evidence: {},
    response: "report",
    count: 1,
    firstSeen: at,
    lastSeen: at,
  });
}

function writeAlerting(): string {
  const path = join(dataDir, "alerting.json");
  const routingKeyFile = join(dataDir, "routing-key");
  writeFileSync(routingKeyFile, "1".repeat(32));
  const url = `${pager.address}/v2/enqueue`;
  writeFileSync(path, toJson({ sinks: { pager: { type: "pagerduty", routingKeyFile, url } } }));
  return path;
}

function fail(error: unknown): never {
  throw error;
}
