import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";

import { type Collector, startCollector } from "../../../collector/collector.ts";
import { startRunResponseSchema } from "../../../protocol/index.ts";
import { ask, GuardClient, heartbeat, newClaim, startRequest } from "../support/guard-client.ts";

const AGENT = "agent-token-of-the-test";
const ADMIN = "admin-token-of-the-test";
const RESPONDER = "responder-token-of-the-test";
const TRIAGE = { owner: "Ada", reason: "known" };

const pageSchema = z.object({
  items: z.array(z.record(z.string(), z.unknown())),
  nextCursor: z.string().nullable(),
});

let dataDir: string;
let collector: Collector;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "collector-"));
  collector = await startCollector({
    dataDir,
    listen: { host: "127.0.0.1", port: 0 },
    adminToken: ADMIN,
    responderToken: RESPONDER,
    agentToken: AGENT,
    onNewAdminToken: () => undefined,
    onStorageFault: fail,
    onDefect: fail,
  });
});
afterAll(async () => {
  await collector[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

describe("what cannot be meant is refused in plain words", () => {
  test.each([
    ["/v1/runs?stat=live", "stat: is not known here, did you mean state?"],
    ["/v1/runs?state=dead", "state: has to be one of live, silent, over"],
    ["/v1/runs?state=live&state=over", "the query names something twice"],
    ["/v1/runs?since=yesterday", "2026-01-31T12:00:00Z, or a day, such as 2026-01-31"],
    ["/v1/runs?limit=0", "limit: "],
    ["/v1/findings?severity=grave", "severity: has to be one of "],
    ["/v1/policies?x=1", "x: is not known here; nothing is"],
  ])("%s", async (path, message) => {
    expect(await asAdmin(path)).toMatchObject({
      status: 400,
      body: { error: { code: "bad-request", message: expect.stringContaining(message) } },
    });
  });

  test("a method that a path does not take, with those that it takes", async () => {
    const reply = await fetch(`${collector.url}/v1/runs`, { method: "DELETE" });

    expect([reply.status, reply.headers.get("allow")]).toEqual([405, "POST, GET"]);
  });

  test("a token whose role is another one", async () => {
    expect(await ask(collector.url, AGENT, "/v1/audit")).toMatchObject({
      body: { error: { message: "this takes a token with the role admin; this one's is agent" } },
    });
    expect(await ask(collector.url, AGENT, "/v1/runs")).toMatchObject({
      body: { error: { message: expect.stringContaining("viewer or responder or admin; ") } },
    });
  });

  test("a process that is no id of one", async () => {
    const { run } = await GuardClient.start(collector.url, AGENT);

    expect(await asAdmin(`/v1/runs/${run.runId}/events?process=sh`)).toMatchObject({
      body: { error: { message: expect.stringContaining("the id of a process as its events") } },
    });
  });

  test("a run that says too much of itself", async () => {
    const ci = { provider: "github-actions", ref: "x".repeat(1_025) };
    const body = JSON.stringify({ ...startRequest(newClaim()), ci });

    expect(await ask(collector.url, AGENT, "/v1/runs", body)).toMatchObject({
      status: 400,
      body: { error: { message: "ci.ref: may have 1024 characters at most" } },
    });
  });

  test.each<[string, unknown, string]>([
    ["no reason", {}, "reason: is missing"],
    ["a reason that is none", { reason: 5 }, "reason: has to be a text"],
    ["an empty reason", { reason: " " }, "reason: is empty"],
    ["a long reason", { reason: "x".repeat(501) }, "reason: may have 500 characters at most"],
    ["nothing to tighten", { reason: "a", tighten: {} }, "tighten: is empty: give deny, mode"],
    [
      "a misspelt member",
      { reason: "a", tighten: { mod: "block" } },
      "tighten.mod: is not known here, did you mean mode?",
    ],
    ["a laxer mode", { reason: "a", tighten: { mode: "audit" } }, "tighten.mode: has to be block"],
    [
      "one wrong destination",
      { reason: "a", tighten: { deny: ["a.example", "b c"] } },
      "tighten.deny[1]: has to be printable ASCII",
    ],
  ])("a tightening with %s", async (_, body, message) => {
    const { run } = await GuardClient.start(collector.url, AGENT);
    const reply = await asAdmin(`/v1/runs/${run.runId}/policy`, body);

    expect(reply).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining(message) } },
    });
    expect(JSON.stringify(reply.body)).not.toContain("b c");
  });
});

describe("a cursor", () => {
  test("is good for the list that gave it, and for nothing else", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);
    const lines = [heartbeat(1), heartbeat(2), heartbeat(3)];
    await guard.send({ firstSeq: 1, lines });
    const path = `/v1/runs/${guard.run.runId}/events?limit=1`;
    const nextCursor = String(pageSchema.parse((await asAdmin(path)).body).nextCursor);
    const changed = `${nextCursor.startsWith("A") ? "B" : "A"}${nextCursor.slice(1)}`;

    expect((await asAdmin(`${path}&cursor=${nextCursor}`)).body).toMatchObject({
      items: [{ seq: 2 }],
    });
    for (const other of [
      `${path}&cursor=${changed}`,
      `${path}&cursor=`,
      `${path}&kind=heartbeat&cursor=${nextCursor}`,
      `/v1/runs?cursor=${nextCursor}`,
    ]) {
      expect(await asAdmin(other)).toMatchObject({ status: 400 });
    }
  });
});

describe("a finding", () => {
  test("has an id that no other run's has, and is acknowledged by it", async () => {
    const [one, other] = [await findSomething("f-1"), await findSomething("f-1")];
    const acknowledged = await asAdmin(`/v1/findings/${one}/acknowledge`, TRIAGE);
    const { items } = pageSchema.parse((await asAdmin("/v1/findings?state=acknowledged")).body);

    expect(one).not.toBe(other);
    expect(acknowledged.body).toMatchObject({
      id: one,
      guardFindingId: "f-1",
      state: "acknowledged",
      acknowledged: { by: "admin", ...TRIAGE },
    });
    expect(items.map(({ id }) => id)).toContain(one);
    expect(items.map(({ id }) => id)).not.toContain(other);
  });

  test("is found by its id whatever its guard calls it", async () => {
    const id = await findSomething("../ä\n{}");

    expect((await asAdmin(`/v1/findings/${id}/acknowledge`, TRIAGE)).body).toMatchObject({
      guardFindingId: "../ä\n{}",
      state: "acknowledged",
    });
  });

  test("is suppressed until a day, and open again when that is taken back", async () => {
    const id = await findSomething("f-1", "a finding to suppress");
    const later = await findSomething("f-9", "a finding to suppress");
    const until = new Date(Date.now() + 86_400_000).toISOString();
    const path = `/v1/findings/${id}/suppress`;

    expect((await asAdmin(path, { ...TRIAGE, until })).body).toMatchObject({
      state: "suppressed",
      suppressed: { until, owner: "Ada" },
    });
    expect((await asAdmin(`/v1/findings/${later}`)).body).toMatchObject({ state: "suppressed" });
    await asAdmin(`/v1/findings/${later}/reopen`, {});
    expect((await asAdmin(`/v1/findings/${id}`)).body).toMatchObject({ state: "open" });
    expect((await asAdmin("/v1/audit?limit=100")).body).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ target: path })]),
    });
  });

  test.each([
    ["without an end", {}],
    ["until a day that is over", { until: "2020-01-01" }],
    ["for ever", { until: "2999-01-01" }],
  ])("is not suppressed %s", async (_, end) => {
    const id = await findSomething("f-1");

    expect(await asAdmin(`/v1/findings/${id}/suppress`, { ...TRIAGE, ...end })).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining("until: ") } },
    });
  });
});

describe("a policy that stands", () => {
  test("is told to runs that it is for, as strict as the strictest, and to no others", async () => {
    const tighten = { deny: ["evil.example"], mode: "block" };
    await put("of-app", { for: { repository: "acme/app" }, reason: "a campaign", tighten });
    await put("of-all", { reason: "names", tighten: { deny: ["evil.example", "bad.example"] } });
    const [app, other] = [await readPolicy("acme/app"), await readPolicy("acme/lib")];
    await remove("of-app");
    await remove("of-all");

    expect(app).toMatchObject({
      by: expect.stringMatching(/^admin [0-9a-f]{12}$/),
      reason: "of-all: names; of-app: a campaign",
      tighten: { deny: ["evil.example", "bad.example"], mode: "block" },
    });
    expect(other?.tighten).toEqual({ deny: ["evil.example", "bad.example"] });
    expect(await readPolicy("acme/app")).toBeNull();
  });

  test("makes nothing laxer, and is an admin's to set", async () => {
    const laxer = { reason: "a", tighten: { mode: "audit" } };

    expect((await put("laxer", laxer)).status).toBe(400);
    expect(
      (await put("laxer", { reason: "a", tighten: { mode: "block" } }, RESPONDER)).status,
    ).toBe(403);
  });

  test("that would be too much for a run with those that are there is refused, and others are not", async () => {
    const deny = Array.from({ length: 150 }, (_, index) => `${index}.example`);
    const more = Array.from({ length: 51 }, (_, index) => `${index}.example.org`);
    const forApp = { for: { repository: "acme/big" }, reason: "a" };
    await put("big", { ...forApp, tighten: { deny } });
    const tooMuch = await put("more", { reason: "a", tighten: { deny: more } });
    const apart = await put("apart", {
      for: { repository: "acme/small" },
      reason: "a",
      tighten: { deny: more },
    });
    await remove("big");
    await remove("apart");

    expect([tooMuch.status, apart.status]).toEqual([413, 200]);
  });
});

function asAdmin(path: string, body?: unknown) {
  return ask(collector.url, ADMIN, path, body === undefined ? undefined : JSON.stringify(body));
}

function put(name: string, policy: unknown, token = ADMIN): Promise<Response> {
  return fetch(new URL(`/v1/policies/${name}`, collector.url), {
    method: "PUT",
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify(policy),
  });
}

function remove(name: string): Promise<Response> {
  return fetch(new URL(`/v1/policies/${name}`, collector.url), {
    method: "DELETE",
    headers: { authorization: `Bearer ${ADMIN}` },
  });
}

async function readPolicy(repository: string) {
  const request = { ...startRequest(newClaim()), ci: { provider: "github-actions", repository } };
  const { body } = await ask(collector.url, AGENT, "/v1/runs", JSON.stringify(request));
  return startRunResponseSchema.parse(body).policy;
}

/** A run with a finding of that name; gives back what the API calls it. */
async function findSomething(name: string, message = `found ${name}`): Promise<string> {
  const guard = await GuardClient.start(collector.url, AGENT);
  await guard.send({ firstSeq: 1, lines: [finding(name, message)] });
  const { runId } = guard.run;
  const { body } = await asAdmin(`/v1/findings?run=${runId}`);
  const [{ id } = { id: undefined }] = pageSchema.parse(body).items;
  return String(id);
}

function finding(id: string, message: string): string {
  const at = "2026-01-31T12:00:00.000001Z";
  return JSON.stringify({
    seq: 1,
    observedAt: at,
    kind: "finding",
    id,
    rule: { id: "reverse-shell", name: "A shell" },
    severity: "high",
    process: null,
    message,
    evidence: {},
    response: "report",
    count: 1,
    firstSeen: at,
    lastSeen: at,
  });
}

function fail(error: unknown): never {
  throw error;
}
