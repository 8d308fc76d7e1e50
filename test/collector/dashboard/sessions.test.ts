import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { type Collector, startCollector } from "../../../collector/collector.ts";
import { createPages } from "../../../collector/dashboard/server/create-pages.ts";
import {
  createSessions,
  type Sessions,
  USUAL_SESSION_BOUNDS,
} from "../../../collector/identity/sessions.ts";

const ADMIN = "admin-token-of-the-test";
const CALLER = { token: "0123456789ab", tenant: "default", role: "viewer" } as const;
const BOUNDS = { ...USUAL_SESSION_BOUNDS, idleMs: 100, wholeMs: 1_000, maxOfToken: 2 };

describe("a session", () => {
  let now: number;
  let isGranted: boolean;
  let sessions: Sessions;
  beforeEach(() => {
    now = 1_000;
    isGranted = true;
    sessions = createSessions({ isGranted: () => isGranted, bounds: BOUNDS, now: () => now });
  });
  afterEach(() => sessions[Symbol.dispose]());

  test("is known by what its browser was given, and by nothing else", () => {
    const { secret } = sessions.open(CALLER);

    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(sessions.find(secret, true)?.caller).toMatchObject(CALLER);
    expect(sessions.find(`${secret.slice(0, -1)}~`, true)).toBeUndefined();
  });

  test("ends when it is left alone, which what a page asks by itself does not change", () => {
    const used = sessions.open(CALLER);
    const left = sessions.open(CALLER);
    now += 60;
    sessions.find(used.secret, true);
    sessions.find(left.secret, false);
    now += 60;

    expect(sessions.find(used.secret, true)).toBeDefined();
    expect(sessions.find(left.secret, true)).toBeUndefined();
    expect(left.caller.ended?.aborted).toBe(true);
  });

  test("ends after a while, however it is used", () => {
    const { secret } = sessions.open(CALLER);
    for (let step = 0; step < 19; step += 1) {
      now += 50;
      sessions.find(secret, true);
    }

    expect(sessions.find(secret, true)).toBeDefined();

    now += 50;

    expect(sessions.find(secret, true)).toBeUndefined();
  });

  test("ends with its token, and when somebody signs out", () => {
    const one = sessions.open(CALLER);
    const other = sessions.open(CALLER);
    sessions.close(one.secret);
    isGranted = false;

    expect(one.caller.ended?.aborted).toBe(true);
    expect(sessions.find(other.secret, true)).toBeUndefined();
  });

  test("makes room for a newer one of the same token", () => {
    const [first, second, third] = [CALLER, CALLER, CALLER].map((caller) => sessions.open(caller));

    expect(first?.caller.ended?.aborted).toBe(true);
    expect(sessions.find(second?.secret ?? "", true)).toBeDefined();
    expect(sessions.find(third?.secret ?? "", true)).toBeDefined();
  });
});

test("a tenant with many tokens signs nobody else out", () => {
  const bounds = { ...BOUNDS, maxSessions: 3 };
  using sessions = createSessions({ isGranted: () => true, bounds, now: () => 1_000 });
  const quiet = sessions.open({ ...CALLER, tenant: "quiet" });
  const loud = ["a", "b", "c", "d"].map((token) => sessions.open({ ...CALLER, token }));

  expect(quiet.caller.ended?.aborted).toBe(false);
  expect(loud.map(({ caller }) => caller.ended?.aborted)).toEqual([true, true, false, false]);
});

describe("a browser's session at the API", () => {
  let dataDir: string;
  let collector: Collector;
  let cookie: string;
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), "collector-"));
    collector = await startPlain(dataDir);
    const { headers } = await send("POST", "/v1/session", { authorization: `Bearer ${ADMIN}` });
    cookie = String(headers["set-cookie"]).split(";", 1)[0] ?? "";
  });
  afterAll(async () => {
    await collector[Symbol.asyncDispose]();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test("is a cookie of this host alone where the page came over TLS", async () => {
    const authorization = `Bearer ${ADMIN}`;
    const plain = await send("POST", "/v1/session", { authorization });
    const origin = "https://guard.example";
    const secure = await send("POST", "/v1/session", { authorization, origin });

    expect(String(plain.headers["set-cookie"])).toMatch(
      /^runner-guard=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect(String(secure.headers["set-cookie"])).toMatch(
      /^__Host-runner-guard=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
    );
  });

  test("reads as its token does, for pages of its own", async () => {
    const read = (site: string) => send("GET", "/v1/runs", { cookie, "sec-fetch-site": site });

    expect((await send("GET", "/v1/runs", { cookie })).status).toBe(200);
    expect((await read("same-origin")).status).toBe(200);
    expect((await read("cross-site")).status).toBe(403);
    expect((await read("same-site")).status).toBe(403);
    expect((await send("GET", "/v1/runs", { cookie: "runner-guard=none" })).status).toBe(401);
  });

  test("changes nothing for anybody else's page", async () => {
    const page = { "runner-guard-page": "asked" };

    expect(await change({})).toBe(403);
    expect(await change({ "sec-fetch-site": "same-origin" })).toBe(403);
    expect(await change({ ...page })).toBe(403);
    expect(await change({ ...page, "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await change({ ...page, origin: "https://evil.example" })).toBe(403);
    expect(await change({ ...page, origin: collector.url })).toBe(200);
    expect(await change({ ...page, "sec-fetch-site": "same-origin" })).toBe(200);
  });

  test("shows nothing to a page of another port, also where its browser does not say whose it is", async () => {
    const { headers } = await send("GET", "/v1/runs", { cookie });

    expect(headers).toMatchObject({ "cross-origin-resource-policy": "same-origin" });
  });

  test("begins no other session", async () => {
    const headers = { cookie, "runner-guard-page": "asked", "sec-fetch-site": "same-origin" };

    expect((await send("POST", "/v1/session", headers)).status).toBe(403);
  });

  test("is over for good once it is signed out of", async () => {
    const { headers } = await send("POST", "/v1/session", { authorization: `Bearer ${ADMIN}` });
    const own = String(headers["set-cookie"]).split(";", 1)[0] ?? "";
    const page = { cookie: own, "runner-guard-page": "asked", "sec-fetch-site": "same-origin" };
    const ended = await send("DELETE", "/v1/session", page);

    expect(ended.status).toBe(200);
    expect(String(ended.headers["set-cookie"])).toContain("Max-Age=0");
    expect((await send("GET", "/v1/runs", { cookie: own })).status).toBe(401);
  });

  test("pages hold browsers to their own files", async () => {
    const { status, headers } = await send("GET", "/runs/anything", {});

    expect(status).toBe(200);
    expect(headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-cache",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
    });
    expect(String(headers["content-security-policy"])).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    );
  });

  async function change(headers: Record<string, string>): Promise<number> {
    const body = JSON.stringify({ mode: "dry-run", reason: "a test" });
    return (await send("PUT", "/v1/response", { cookie, ...headers }, body)).status;
  }

  function send(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string,
  ): Promise<Answered> {
    return sendTo(collector.url, { method, path, headers }, body);
  }
});

describe("tries", () => {
  let dataDir: string;
  let collector: Collector;
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), "collector-"));
    collector = await startPlain(dataDir);
  });
  afterAll(async () => {
    await collector[Symbol.asyncDispose]();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test("of tokens that are none are limited, and keep nobody out who has one", async () => {
    const tries = Array.from({ length: 130 }, (_, index) => signIn(`guessed-token-${index}`));
    const statuses = await Promise.all(tries);

    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(110);
    expect(statuses).toContain(429);
    expect(await signIn(ADMIN)).toBe(201);
  });

  async function signIn(token: string): Promise<number> {
    const headers = { authorization: `Bearer ${token}` };
    const asked = { method: "POST", path: "/v1/session", headers };
    return (await sendTo(collector.url, asked)).status;
  }
});

interface Answered {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
}

interface AskedOf {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
}

function startPlain(dataDir: string): Promise<Collector> {
  return startCollector({
    dataDir,
    listen: { host: "127.0.0.1", port: 0 },
    adminToken: ADMIN,
    agentToken: undefined,
    onNewAdminToken: () => undefined,
    onStorageFault: fail,
    onDefect: fail,
  });
}

function sendTo(url: string, { method, path, headers }: AskedOf, body?: string): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<Answered>();
  const asked = request(new URL(path, url), { method, headers, agent: false });
  asked.on("response", (response) => {
    response.resume();
    resolve({ status: response.statusCode ?? 0, headers: response.headers });
  });
  asked.on("error", reject);
  asked.end(body);
  return promise;
}

test("a path that is none is looked at once, however long it is", () => {
  const find = createPages();
  const before = performance.now();
  const page = find({ method: "GET", url: `/runs/${"a".repeat(15_000)}[`, headers: {} });

  expect(page).toBeUndefined();
  expect(performance.now() - before).toBeLessThan(1_000);
});

function fail(error: unknown): never {
  throw error instanceof Error ? error : new Error(String(error));
}
