/** Agents that GitHub vouches for, and those who would like to be. */
import { createHmac, hkdfSync, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { type Collector, startCollector } from "../../../collector/collector.ts";
import {
  RUN_TOKEN_KEY_INFO,
  type StartRunResponse,
  startRunResponseSchema,
  toRunToken,
} from "../../../protocol/index.ts";
import { ask, GuardClient, heartbeat, newClaim, startRequest } from "../support/guard-client.ts";
import { newKey, signWithPublicKey, TestIssuer, toSigningInput } from "../support/test-issuer.ts";

const ADMIN = "admin-token-of-the-test";
const AGENT = "agent-token-of-the-test";
const AUDIENCE = "https://collector.example.org";
const OWNER = "1234";

let issuer: TestIssuer;
let dataDir: string;
let collector: Collector;

beforeAll(async () => {
  issuer = await TestIssuer.start();
  dataDir = mkdtempSync(join(tmpdir(), "collector-"));
  collector = await start();
});
afterAll(async () => {
  await collector[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

describe("a job that GitHub vouches for", () => {
  test("starts a run that is what the token says, whatever the agent says", async () => {
    const reply = await begin(token(), { ci: { ...SAID, sha: "0".repeat(40), actor: "mallory" } });
    const { runId } = startRunResponseSchema.parse(reply.body);

    expect(reply.status).toBe(201);
    expect(await show(runId)).toMatchObject({
      ci: { ...SAID, job: "build", repository: "acme/app", sha: "f".repeat(40), actor: "alice" },
      identity: {
        kind: "github-oidc",
        issuer: issuer.url,
        state: "known",
        facts: { repositoryId: "77", workflowPath: ".github/workflows/ci.yml", event: "push" },
        said: { sha: "0".repeat(40) },
        contradicts: ["sha", "actor"],
      },
    });
  });

  test("goes on with its run's own token, when the other one has expired", async () => {
    const guard = await beginRun();
    const sent = await guard.send({ firstSeq: 1, lines: [heartbeat(1)] });

    expect(sent).toEqual({ status: 200, body: { acknowledged: 1 } });
  });

  test("gets the same run again for the same claim, also with the same token", async () => {
    const [jwt, claim] = [token(), newClaim()];
    const [first, second] = [await begin(jwt, { claim }), await begin(jwt, { claim })];

    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
  });

  test("starts another run with another token: a job may guard two commands", async () => {
    const replies = [await begin(token()), await begin(token())];

    expect(replies.map(({ status }) => status)).toEqual([201, 201]);
  });
});

describe("a token that is not good", () => {
  test.each<[string, () => string, string]>([
    ["for somebody else", () => token({ aud: "https://elsewhere.example.org" }), "(aud)"],
    ["for nobody", () => token({ aud: undefined }), "(aud)"],
    ["of another issuer", () => token({ iss: "https://evil.example.org" }), "(iss)"],
    ["of the issuer with a slash behind it", () => token({ iss: `${issuer.url}/` }), "(iss)"],
    ["that has expired", () => token({ exp: now() - 31 }), "has expired"],
    ["without an end", () => token({ exp: undefined }), "(exp)"],
    ["that is not valid yet", () => token({ nbf: now() + 60 }), "a time to come"],
    ["that was issued in an hour", () => token({ iat: now() + 3_600 }), "a time to come"],
    ["of an owner without a tenant", () => token({ repository_owner_id: "666" }), "owner 666"],
    [
      "of an owner that every object has",
      () => token({ repository_owner_id: "constructor" }),
      "(repository_owner_id)",
    ],
    ["without a repository's id", () => token({ repository_id: undefined }), "(repository_id)"],
    ["with a claim of a megabyte's kind", () => token({ ref: "x".repeat(1_100) }), "(ref)"],
    ["without a signature", () => `${toSigningInput(HEADER("none"), claims())}.`, "known bearer"],
    [
      "that says it has none",
      () => `${toSigningInput(HEADER("none"), claims())}.AAAA`,
      "in a way that is not taken",
    ],
    [
      "signed with the public key as a secret",
      () => signWithPublicKey(firstKey(), claims()),
      "in a way that is not taken",
    ],
    [
      "whose claims were changed",
      () => {
        const [head, , signature] = token().split(".");
        const body = Buffer.from(JSON.stringify(claims({ repository_id: "1" })));
        return `${head}.${body.toString("base64url")}.${signature}`;
      },
      "not what its issuer signed",
    ],
    [
      "signed with a key that it brings along",
      () => issuerLike({ jwk: newKey("x").publicKey.export({ format: "jwk" }) }),
      "not what its issuer signed",
    ],
    ["that tells where keys are", () => issuerLike({ jku: "https://evil/keys" }), "not what"],
    ["whose key is no text", () => token({}, { kid: { a: 1 } }), "known bearer"],
    ["that wants more than we know", () => token({}, { crit: ["x"], x: 1 }), "cannot be read"],
    ["of three letters", () => "a.b.c", "known bearer"],
  ])("%s is refused, with the reason", async (_, make, message) => {
    expect(await begin(make())).toEqual({
      status: 401,
      body: { error: { code: "unauthorized", message: expect.stringContaining(message) } },
    });
  });

  test("of 15 KB is refused before anything is read of it", async () => {
    expect(await begin(token({ padding: "x".repeat(8_200) }))).toMatchObject({ status: 401 });
    expect(await begin("x".repeat(20_000))).toMatchObject({ status: 431 });
  });

  test("is counted by its reason, and by no other text", async () => {
    await begin(token({ aud: "https://elsewhere.example.org" }));
    const response = await fetch(new URL("/metrics", collector.url), {
      headers: { authorization: `Bearer ${ADMIN}` },
    });
    const text = await response.text();
    const reasons = [...text.matchAll(/auth_failures_total\{reason="([^"]+)"\}/g)].map(
      ([, reason]) => reason,
    );

    expect(reasons).toContain("audience");
    expect(reasons.every((reason) => /^[a-z-]{1,20}$/.test(reason ?? ""))).toBe(true);
  });
});

describe("a good token", () => {
  test("begins no second run, whoever replays it", async () => {
    const jwt = token();
    const replies = [await begin(jwt), await begin(jwt)];

    expect(replies.map(({ status }) => status)).toEqual([201, 403]);
    expect(replies[1]?.body).toMatchObject({
      error: { message: "this token has begun another run already" },
    });
  });

  test("begins one run alone, of many starts at the same time", async () => {
    const jwt = token();
    const replies = await Promise.all(Array.from({ length: 8 }, () => begin(jwt)));

    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 403)).toHaveLength(7);
  });

  test("that asked for a run which was there begins no other one", async () => {
    const [claim, jwt] = [newClaim(), token()];
    await begin(token(), { claim });
    const again = await begin(jwt, { claim });

    expect([again.status, (await begin(jwt)).status]).toEqual([201, 403]);
    expect(await begin(jwt, { claim })).toEqual(again);
  });

  test.each<[string, () => string]>([
    ["of another repository", () => token({ repository_id: "78" })],
    ["of another run of the workflow", () => token({ run_id: "100" })],
    ["of another attempt", () => token({ run_attempt: "2" })],
    ["of another job", () => token({ check_run_id: "8" })],
    ["that the operator gave out", () => AGENT],
  ])("%s gets no run of somebody else by its claim", async (_, make) => {
    const claim = newClaim();
    const { status, body } = await begin(token({ check_run_id: "9" }), { claim });

    expect(await begin(make(), { claim })).toMatchObject({
      status: 403,
      body: { error: { message: "this claim is another agent's" } },
    });
    expect(await begin(token({ check_run_id: "9" }), { claim })).toMatchObject({ status, body });
  });

  test("gets no run of somebody else who begins it at the same time", async () => {
    const claim = newClaim();
    const starts = ["77", "78"].map((id) => begin(token({ repository_id: id }), { claim }));
    const statuses = (await Promise.all(starts)).map(({ status }) => status);

    expect(new Set(statuses)).toEqual(new Set([201, 403]));
  });

  test("gets no run by the claim of one that nobody vouched for", async () => {
    const claim = newClaim();
    await begin(AGENT, { claim });

    expect(await begin(token(), { claim })).toMatchObject({ status: 403 });
    expect(await begin(AGENT, { claim })).toMatchObject({ status: 201 });
  });

  test("begins no second run after the collector was started again", async () => {
    const jwt = token();
    await begin(jwt);
    await collector[Symbol.asyncDispose]();
    collector = await start();

    expect(await begin(jwt)).toMatchObject({ status: 403 });
  });

  test("writes to no run, not even to that which it began", async () => {
    const jwt = token();
    const { body } = await begin(jwt);
    const guard = GuardClient.goOn(collector.url, jwt, startRunResponseSchema.parse(body));

    expect(await guard.send({ firstSeq: 1, lines: [heartbeat(1)] })).toMatchObject({ status: 403 });
  });

  test("shows nothing", async () => {
    expect(await ask(collector.url, token(), "/v1/runs")).toMatchObject({ status: 403 });
  });
});

describe("a run's own token", () => {
  test.each<[string, (guard: GuardClient, other: GuardClient) => string, number]>([
    ["writes to its run", ({ run }) => runToken(run), 200],
    ["of another run does not write to it", (_, { run }) => runToken(run), 404],
    [
      "is no run's name with another one's key",
      ({ run }, { run: { uploadKey } }) => runToken({ ...run, uploadKey }),
      401,
    ],
    ["is not the key itself", ({ run }) => toRunToken(run.runId, run.uploadKey), 401],
    ["of a run that is none is no token", () => toRunToken(randomUUID(), "0".repeat(64)), 401],
  ])("%s", async (_, toToken, status) => {
    const [guard, other] = [await beginRun(), await beginRun()];
    const caller = GuardClient.goOn(collector.url, toToken(guard, other), guard.run);

    expect(await caller.send({ firstSeq: 1, lines: [heartbeat(1)] })).toMatchObject({ status });
  });

  test("begins no run, and shows nothing", async () => {
    const { run } = await beginRun();

    expect(await begin(runToken(run))).toMatchObject({ status: 403 });
    expect(await ask(collector.url, runToken(run), `/v1/runs/${run.runId}`)).toMatchObject({
      status: 403,
    });
  });
});

test("nobody of another tenant finds a run of this one, with whichever token", async () => {
  const { run } = await beginRun({ repository_owner_id: "4321" });
  const shared = GuardClient.goOn(collector.url, AGENT, run);

  expect(await shared.send({ firstSeq: 1, lines: [heartbeat(1)] })).toMatchObject({ status: 404 });
  expect(await ask(collector.url, ADMIN, `/v1/runs/${run.runId}`)).toMatchObject({ status: 404 });
});

describe("an issuer", () => {
  afterEach(() => {
    issuer.answer("/.well-known/jwks", (_, response) => response.end(issuer.keySet()));
  });

  test("that was asked and does not show a key knows nobody by it", async () => {
    await using fresh = await startFresh();

    expect(await begin(token({}, { kid: "../../../../dev/null" }), { at: fresh })).toMatchObject({
      status: 401,
      body: { error: { message: expect.stringContaining("does not show") } },
    });
  });

  test("that brings a new key is asked for it", async () => {
    const before = issuer.keys;
    await using fresh = await startFresh();
    await begin(token(), { at: fresh });
    issuer.keys = [newKey("second"), ...before];
    // Who was asked a moment ago is not asked again at once, so that nobody can have it asked without end.
    const early = await begin(token(), { at: fresh });
    const asked = issuer.asked.length;
    const often = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        begin(token({}, { kid: `${index}` }), { at: fresh }),
      ),
    );
    issuer.keys = before;

    expect(early).toMatchObject({ status: 503, retryAfter: "5" });
    expect(often.every(({ status }) => status === 503)).toBe(true);
    expect(issuer.asked).toHaveLength(asked);
  });

  test.each<[string, (write: (text: string) => boolean, end: (text?: string) => void) => void]>([
    [
      "shows keys without end",
      (write) => {
        for (let count = 0; count < 64; count += 1) write("x".repeat(65_536));
      },
    ],
    ["shows what are no keys", (_, end) => end('{"keys":"many"}')],
    ["shows what is no JSON", (_, end) => end("<html>")],
    ["hangs up", (_, end) => end()],
  ])("that %s makes nobody known, and the agent come again", async (_, behave) => {
    issuer.answer("/.well-known/jwks", (_request, response) => {
      response.on("error", () => undefined);
      behave(
        (text) => response.write(text),
        (text) => response.end(text),
      );
    });
    await using fresh = await startFresh();

    expect(await begin(token(), { at: fresh })).toEqual({
      status: 503,
      body: { error: expect.objectContaining({ code: "identity-unavailable" }) },
      retryAfter: "5",
    });
  });
});

const SAID = {
  provider: "github-actions",
  repository: "acme/app",
  workflow: "CI",
  job: "build",
  runId: "99",
  runAttempt: "1",
  ref: "refs/heads/main",
};
const HEADER = (alg: string) => ({ alg, typ: "JWT", kid: "first" });

function start(directory = dataDir): Promise<Collector> {
  return startCollector({
    listen: { host: "127.0.0.1", port: 0 },
    dataDir: directory,
    adminToken: ADMIN,
    agentToken: AGENT,
    identity: {
      github: [
        {
          issuer: issuer.url,
          audience: AUDIENCE,
          tenants: { [OWNER]: "default", 4321: "other" },
          caFile: issuer.authorityFile,
        },
      ],
      kubernetes: [],
    },
    onDefect,
    onStorageFault: onDefect,
    onNewAdminToken: () => undefined,
  });
}

/** A collector that has asked nobody yet. */
async function startFresh(): Promise<Collector> {
  const directory = mkdtempSync(join(tmpdir(), "collector-"));
  const fresh = await start(directory);
  return {
    ...fresh,
    async [Symbol.asyncDispose]() {
      await fresh[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true });
    },
  };
}

function now(): number {
  return Math.floor(Date.now() / 1_000);
}

function claims(changed: Readonly<Record<string, unknown>> = {}) {
  return {
    iss: issuer.url,
    aud: AUDIENCE,
    // Not looked at: whatever stands here changes nothing.
    sub: "repo:evil/other:ref:refs/heads/main",
    jti: randomUUID(),
    iat: now() - 1,
    nbf: now() - 600,
    exp: now() + 300,
    repository: "acme/app",
    repository_id: "77",
    repository_owner: "acme",
    repository_owner_id: OWNER,
    workflow: "CI",
    workflow_ref: "acme/app/.github/workflows/ci.yml@refs/heads/x@refs/heads/main",
    job_workflow_ref: "acme/app/.github/workflows/ci.yml@refs/heads/main",
    run_id: "99",
    run_attempt: "1",
    run_number: "5",
    ref: "refs/heads/main",
    sha: "f".repeat(40),
    actor: "alice",
    actor_id: "7",
    event_name: "push",
    runner_environment: "self-hosted",
    ...changed,
  };
}

function token(
  changed?: Readonly<Record<string, unknown>>,
  header?: Readonly<Record<string, unknown>>,
): string {
  return issuer.sign(claims(changed), header);
}

function firstKey() {
  const [key] = issuer.keys;
  if (key === undefined) throw new Error("no key");
  return key;
}

/** With the name of the issuer's key, and signed with somebody else's. */
function issuerLike(header: Readonly<Record<string, unknown>>): string {
  const text = toSigningInput({ ...HEADER("RS256"), ...header }, claims());
  return `${text}.${createHmac("sha256", "x").update(text).digest("base64url")}`;
}

interface Beginning {
  readonly claim?: string;
  readonly ci?: object;
  readonly at?: Collector;
}

function begin(jwt: string, { claim = newClaim(), ci = SAID, at = collector }: Beginning = {}) {
  return ask(at.url, jwt, "/v1/runs", JSON.stringify({ ...startRequest(claim), ci }));
}

async function beginRun(changed?: Readonly<Record<string, unknown>>): Promise<GuardClient> {
  const { body } = await begin(token(changed));
  const run = startRunResponseSchema.parse(body);
  return GuardClient.goOn(collector.url, runToken(run), run);
}

function runToken({ runId, uploadKey }: StartRunResponse): string {
  const key = hkdfSync("sha256", Buffer.from(uploadKey, "hex"), runId, RUN_TOKEN_KEY_INFO, 32);
  return toRunToken(runId, Buffer.from(key).toString("hex"));
}

async function show(runId: string): Promise<unknown> {
  return (await ask(collector.url, ADMIN, `/v1/runs/${runId}`)).body;
}

/** Thrown where nobody catches it: the run of tests fails. */
function onDefect(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
