/** Answers that a cluster gives when it is not well, and those of others that stand before it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Cluster } from "../../../collector/kubernetes/cluster.ts";
import { type Clusters, openClusters } from "../../../collector/kubernetes/clusters.ts";
import { TestIssuer } from "../support/test-issuer.ts";
import { openWay } from "./support/way.ts";

const POD = { namespace: "arc-runners", name: "runner-1", uid: "uid-1" };
const PATH = "/api/v1/namespaces/arc-runners/pods/runner-1";
const NOT_FOUND = {
  kind: "Status",
  reason: "NotFound",
  details: { name: "runner-1", kind: "pods" },
};

let server: TestIssuer;
let folder: string;
let clusters: Clusters;
let cluster: Cluster;

beforeAll(async () => {
  server = await TestIssuer.start();
  folder = mkdtempSync(join(tmpdir(), "cluster-"));
  writeFileSync(join(folder, "token"), "token-1");
  clusters = open(server.url, server.authorityFile);
  cluster = find(clusters);
});
afterAll(async () => {
  clusters[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

describe("a deed is", () => {
  test.each<[string, number, unknown, object]>([
    ["done", 200, { kind: "Pod" }, { status: "done" }],
    ["done later", 202, { kind: "Status" }, { status: "done" }],
    ["needless", 404, NOT_FOUND, { status: "gone" }],
    ["for somebody else's page", 404, "404 page not found", { status: "rejected" }],
    [
      "for another object",
      404,
      { ...NOT_FOUND, details: { name: "arc-runners", kind: "namespaces" } },
      { status: "rejected" },
    ],
    ["greeted by a portal", 200, "<html>", { status: "rejected" }],
    ["sent elsewhere", 302, "", { status: "rejected", message: "302" }],
    [
      "denied",
      403,
      { kind: "Status", message: "pods is forbidden" },
      { status: "forbidden", message: "403 pods is forbidden" },
    ],
    ["of nobody", 401, { kind: "Status", message: "Unauthorized" }, { status: "forbidden" }],
    ["too much now", 429, "", { status: "retryable", retryAfterMs: 0 }],
    [
      "too much for a while",
      504,
      { kind: "Status", details: { retryAfterSeconds: 2 } },
      { status: "retryable", retryAfterMs: 2_000 },
    ],
    [
      "too much for ever",
      503,
      { kind: "Status", details: { retryAfterSeconds: 1e9 } },
      { status: "retryable", retryAfterMs: 60_000 },
    ],
  ])("%s", async (_, status, json, expected) => {
    const body = typeof json === "string" ? json : JSON.stringify(json);
    server.answer(PATH, (_request, response) => response.writeHead(status).end(body));

    expect(await cluster.deletePod({ ...POD, graceSeconds: 1 })).toMatchObject(expected);
  });

  test("to be tried when the server says", async () => {
    server.answer(PATH, (_, response) => response.writeHead(429, { "retry-after": "3" }).end());

    expect(await cluster.deletePod({ ...POD, graceSeconds: 1 })).toEqual({
      status: "retryable",
      reason: "429",
      retryAfterMs: 3_000,
    });
  });

  test("to be tried again where somebody else has changed the same pod", async () => {
    const pod = { kind: "Pod", metadata: POD };
    server.answer(PATH, ({ method }, response) =>
      method === "GET"
        ? response.end(JSON.stringify(pod))
        : response.writeHead(409).end(JSON.stringify({ kind: "Status", message: "modified" })),
    );

    expect(await cluster.deletePod({ ...POD, graceSeconds: 1 })).toEqual({
      status: "conflict",
      message: "409 modified",
    });
  });

  test("not believed where it says more than any object can", async () => {
    server.answer(PATH, (_, response) => response.end(" ".repeat(3_000_000)));

    expect(await cluster.deletePod({ ...POD, graceSeconds: 1 })).toMatchObject({
      status: "retryable",
      reason: expect.stringContaining("more than"),
    });
  });
});

test("a token that was written anew is shown with the next request", async () => {
  const shown: (string | undefined)[] = [];
  server.answer(PATH, ({ headers }, response) => {
    shown.push(headers.authorization);
    response.end("{}");
  });
  await cluster.getPod(POD);
  writeFileSync(join(folder, "token"), "token-2");
  await cluster.getPod(POD);

  expect(shown).toEqual(["Bearer token-1", "Bearer token-2"]);
});

test("authorities that were written anew are trusted from then on, and none is no reason to forget those before", async () => {
  await using other = await TestIssuer.start();
  const authorityFile = join(folder, "ca.pem");
  writeFileSync(authorityFile, readFileSync(server.authorityFile));
  using known = open(other.url, authorityFile);
  const untrusted = await find(known).getPod(POD);
  writeFileSync(authorityFile, readFileSync(other.authorityFile));
  const trusted = await find(known).getPod(POD);
  rmSync(authorityFile);
  const kept = await find(known).getPod(POD);

  expect([untrusted, trusted, kept]).toMatchObject([
    { status: "retryable", reason: expect.stringContaining("certificate") },
    { status: "rejected", message: "404" },
    { status: "rejected", message: "404" },
  ]);
});

test.each([
  ["by the client's own limit", 3_000, 60_000, "no answer within 3000 ms"],
  ["by that of who asks", 60_000, 3_000, "The operation was aborted"],
])(
  "after one that heard nothing, %s, nobody asks over the connections of before",
  async (_limit, ownMs, givenMs, reason) => {
    await using way = await openWay(Number(new URL(server.url).port));
    server.answer(PATH, (_, response) => response.end("{}"));
    using far = open(way.url, server.authorityFile, ownMs);
    await Promise.all(Array.from({ length: 5 }, () => find(far).getPod(POD)));
    way.forget();
    const ask = () => find(far).getPod(POD, { signal: AbortSignal.timeout(givenMs) });
    const held = await ask();
    const next = await ask();

    expect([held, next]).toMatchObject([{ status: "retryable", reason }, { status: "rejected" }]);
  },
);

test("a server that is not there is told with what the system says", async () => {
  const closed = await openWay(1);
  await closed[Symbol.asyncDispose]();
  const url = closed.url.replace("127.0.0.1", "localhost");
  using known = open(url, server.authorityFile);

  expect(await find(known).getPod(POD)).toMatchObject({
    status: "retryable",
    reason: expect.stringContaining("ECONNREFUSED"),
  });
});

function open(apiServer: string, caFile: string, timeoutMs = 30_000): Clusters {
  const source = { issuer: "test", apiServer, caFile, tokenFile: join(folder, "token") };
  return openClusters([source], { readAuthorities, timeoutMs });
}

function readAuthorities(path: string): string {
  return readFileSync(path, "utf8");
}

function find(known: Clusters): Cluster {
  const found = known.find("test");
  if (found === undefined) throw new Error("no cluster");
  return found;
}
