/** Pods that a cluster vouches for: its API server is played by the test, in the few words of it that are spoken. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type Collector, startCollector } from "../../../collector/collector.ts";
import type { KubernetesSource } from "../../../collector/identity/identity-file.ts";
import { startRunResponseSchema } from "../../../protocol/index.ts";
import { ask, newClaim, startRequest } from "../support/guard-client.ts";
import { newKey, TestIssuer } from "../support/test-issuer.ts";

const ADMIN = "admin-token-of-the-test";
const AUDIENCE = "runner-guard";
const OWN_TOKEN = "the-token-of-the-collector-itself";
const REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews";
const SAID = { provider: "github-actions", repository: "acme/other", runId: "1", job: "said" };

let cluster: TestIssuer;
let folder: string;
let reviewing: Collector;
let reading: Collector;
let sent: { readonly authorization: string | undefined; readonly body: unknown }[] = [];

beforeAll(async () => {
  cluster = await TestIssuer.start();
  folder = mkdtempSync(join(tmpdir(), "collector-"));
  writeFileSync(join(folder, "token"), `${OWN_TOKEN}\n`);
  cluster.answer("/openid/v1/jwks", ({ headers }, response) => {
    if (headers.authorization === `Bearer ${OWN_TOKEN}`) response.end(cluster.keySet());
    else response.writeHead(401).end("{}");
  });
  reviewing = await start("token-review");
  reading = await start("keys");
});
afterAll(async () => {
  await reviewing[Symbol.asyncDispose]();
  await reading[Symbol.asyncDispose]();
  await cluster[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

describe("a pod's token", () => {
  test.each(["token-review", "keys"] as const)(
    "is proven by %s, and says nothing of a job",
    async (way) => {
      const pod = newPod();
      review({ user: toUser(pod) });
      serve(pod, {});
      const collector = way === "keys" ? reading : reviewing;
      const { status, runId } = await begin(collector, token(pod));

      expect(status).toBe(201);
      expect(await show(collector, runId)).toMatchObject({
        ci: null,
        identity: {
          kind: "kubernetes",
          issuer: cluster.url,
          state: "waiting",
          facts: { namespace: "arc-runners", podName: pod.name, podUid: pod.uid },
          said: SAID,
          contradicts: [],
        },
      });
    },
  );

  test("is shown to the cluster with the collector's own, for one audience", async () => {
    const pod = newPod();
    review({ user: toUser(pod) });
    sent = [];
    const presented = token(pod);
    await begin(reviewing, presented);

    expect(sent).toEqual([
      {
        authorization: `Bearer ${OWN_TOKEN}`,
        body: {
          apiVersion: "authentication.k8s.io/v1",
          kind: "TokenReview",
          spec: { token: presented, audiences: [AUDIENCE] },
        },
      },
    ]);
  });

  test.each<[string, object, string]>([
    ["that the cluster does not know", { authenticated: false }, "the token is not good"],
    ["that was judged for no audience", { audiences: [] }, "for somebody else"],
    ["of a person", { user: { username: "alice", extra: {} } }, "of no pod"],
    [
      "of a service account without a pod",
      { user: { username: "system:serviceaccount:arc-runners:default", extra: {} } },
      "of no pod",
    ],
    ["of a namespace without a tenant", { user: toUser(newPod("kube-system")) }, "kube-system"],
    ["of a namespace that every object has", { user: toUser(newPod("constructor")) }, "no tenant"],
    ["of a pod whose name is a path", { user: toUser({ ...newPod(), name: "../x" }) }, "of no pod"],
  ])("%s is refused", async (_, changed, message) => {
    review({ user: toUser(newPod()), ...changed });

    expect(await begin(reviewing, token(newPod()))).toMatchObject({
      status: 401,
      body: { error: { message: expect.stringContaining(message) } },
    });
  });

  test.each<[string, () => string]>([
    [
      "for the cluster's own API",
      () => token(newPod(), { aud: ["https://kubernetes.default.svc"] }),
    ],
    ["that has expired", () => token(newPod(), { exp: 1 })],
    ["of another cluster", () => token(newPod(), { iss: "https://other.example.org" })],
  ])("%s is refused without asking anybody", async (_, make) => {
    sent = [];
    const { status } = await begin(reviewing, make());

    expect([status, sent]).toEqual([401, []]);
  });

  test.each<[string, () => string, string]>([
    ["signed by somebody else", foreignToken, "not what its issuer signed"],
    [
      "of no pod",
      () => token(newPod(), { "kubernetes.io": { namespace: "arc-runners" } }),
      "no pod",
    ],
    ["of a namespace without a tenant", () => token(newPod("kube-system")), "kube-system"],
    ["that has expired", () => token(newPod(), { exp: 1 }), "has expired"],
  ])("%s is refused by the cluster's keys", async (_, make, message) => {
    expect(await begin(reading, make())).toMatchObject({
      status: 401,
      body: { error: { message: expect.stringContaining(message) } },
    });
  });

  test.each([401, 403, 500])("is to come again where the cluster answers %i", async (status) => {
    cluster.answer(REVIEWS, (_, response) => response.writeHead(status).end("{}"));

    expect(await begin(reviewing, token(newPod()))).toMatchObject({
      status: 503,
      body: { error: { code: "identity-unavailable" } },
    });
  });
});

describe("tokens that are not good", () => {
  const MANY = 110;

  test("keep no pod at the same address from beginning a run", async () => {
    await using collector = await start("token-review", "hindered");
    const pod = newPod();
    for (let count = 0; count < MANY; count += 1) await begin(collector, "nobody's-token");
    review({ user: toUser(pod) });

    expect(await begin(collector, "nobody's-token")).toMatchObject({ status: 429 });
    expect(await begin(collector, token(pod))).toMatchObject({ status: 201 });
  });

  test("of one pod are not shown to the cluster again and again", async () => {
    await using collector = await start("token-review", "asked");
    const [refused, other] = [newPod(), newPod()];
    review({ authenticated: false });
    sent = [];
    for (let count = 0; count < MANY / 5; count += 1) await begin(collector, token(refused));
    const { length } = sent;
    review({ user: toUser(other) });

    expect(length).toBeLessThan(MANY / 5);
    expect(await begin(collector, token(refused))).toMatchObject({ status: 429 });
    expect(await begin(collector, token(other))).toMatchObject({ status: 201 });
  });
});

describe("a runner's job", () => {
  test("is known when it has one, and whatever the pod said is kept as said", async () => {
    const pod = newPod();
    review({ user: toUser(pod) });
    serve(pod, {});
    const { runId } = await begin(reviewing, token(pod));
    serve(pod, JOB);

    await expect
      .poll(() => show(reviewing, runId))
      .toMatchObject({
        ci: { provider: "github-actions", repository: "acme/app", runId: "4711", job: "build (x)" },
        identity: {
          state: "known",
          facts: { podName: pod.name, workflowPath: ".github/workflows/ci.yml" },
          said: SAID,
          contradicts: ["repository", "runId"],
        },
      });
  });

  test("brings what operators want of its repository as soon as it is known", async () => {
    const pod = newPod();
    review({ user: toUser(pod) });
    serve(pod, {});
    const name = `/v1/policies/${pod.name}`;
    await change(reviewing, "PUT", name, {
      for: { repository: "acme/app" },
      reason: "a campaign",
      tighten: { deny: ["evil.example"] },
    });
    const { body, runId } = await begin(reviewing, token(pod));
    serve(pod, JOB);
    const first = (): Promise<unknown> => show(reviewing, `${runId}/commands/1`);

    expect(body).toMatchObject({ policy: null });
    await expect.poll(first).toMatchObject({ kind: "policy", state: "queued" });
    await change(reviewing, "DELETE", name);
  });

  test("is waited for by a collector that was started again", async () => {
    const pod = newPod();
    review({ user: toUser(pod) });
    serve(pod, {});
    const { runId } = await begin(reviewing, token(pod));
    await reviewing[Symbol.asyncDispose]();
    reviewing = await start("token-review");
    serve(pod, JOB);

    await expect.poll(() => show(reviewing, runId)).toMatchObject({ ci: { runId: "4711" } });
  });

  test.each<[string, (pod: TestPod) => void, string]>([
    [
      "of another pod that names its runner",
      (pod) => serve(pod, JOB, { owner: "other" }),
      "no-runner",
    ],
    [
      "of a pod that has its name now",
      (pod) => serve(pod, JOB, { podUid: randomUUID() }),
      "no-runner",
    ],
    [
      "of a runner that has its name now",
      (pod) => serve(pod, JOB, { runnerUid: "x" }),
      "runner-gone",
    ],
    ["of something else that owns it", (pod) => serve(pod, JOB, { kind: "Job" }), "no-runner"],
  ])("%s is not its own", async (_, play, reason) => {
    const pod = newPod();
    review({ user: toUser(pod) });
    play(pod);
    const { runId } = await begin(reviewing, token(pod));

    await expect
      .poll(() => show(reviewing, runId))
      .toMatchObject({
        ci: null,
        identity: { state: "known", facts: { job: reason } },
      });
  });
});

interface TestPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

const JOB = {
  jobRepositoryName: "acme/app",
  jobWorkflowRef: "acme/app/.github/workflows/ci.yml@refs/heads/main",
  jobDisplayName: "build (x)",
  workflowRunId: 4_711,
  runnerName: "runner",
};

function newPod(namespace = "arc-runners"): TestPod {
  const uid = randomUUID();
  return { namespace, name: `runner-${uid.slice(0, 8)}`, uid };
}

function toUser({ namespace, name, uid }: TestPod) {
  return {
    username: `system:serviceaccount:${namespace}:default`,
    extra: {
      "authentication.kubernetes.io/pod-name": [name],
      "authentication.kubernetes.io/pod-uid": [uid],
    },
  };
}

function toClaims({ namespace, name, uid }: TestPod) {
  const now = Math.floor(Date.now() / 1_000);
  return {
    iss: cluster.url,
    aud: [AUDIENCE],
    iat: now - 1,
    nbf: now - 1,
    exp: now + 3_600,
    sub: `system:serviceaccount:${namespace}:default`,
    "kubernetes.io": {
      namespace,
      pod: { name, uid },
      serviceaccount: { name: "default", uid: randomUUID() },
    },
  };
}

function token(pod: TestPod, changed: Readonly<Record<string, unknown>> = {}): string {
  return cluster.sign({ ...toClaims(pod), ...changed });
}

/** With the name of the cluster's key. */
function foreignToken(): string {
  const { keys } = cluster;
  cluster.keys = [newKey("first")];
  try {
    return token(newPod());
  } finally {
    cluster.keys = keys;
  }
}

function review(status: object): void {
  cluster.answer(REVIEWS, (request, response) => {
    void noteRequest(request).then(() =>
      response.writeHead(201).end(JSON.stringify(toReview(status))),
    );
  });
}

function toReview(status: object) {
  const usual = { authenticated: true, audiences: [AUDIENCE] };
  return { kind: "TokenReview", status: { ...usual, ...status } };
}

async function noteRequest(request: IncomingMessage): Promise<void> {
  sent.push({ authorization: request.headers.authorization, body: await json(request) });
}

interface Changed {
  readonly owner?: string;
  readonly kind?: string;
  readonly podUid?: string;
  readonly runnerUid?: string;
}

/** The pod, and the runner that owns it. */
function serve({ namespace, name, uid }: TestPod, status: object, changed: Changed = {}): void {
  const { owner = name, kind = "EphemeralRunner", podUid = uid, runnerUid = `of-${uid}` } = changed;
  const apiVersion = "actions.github.com/v1alpha1";
  const reference = { apiVersion, kind, name: owner, uid: `of-${uid}`, controller: true };
  const ownerReferences = [reference];
  const pod = { kind: "Pod", metadata: { namespace, name, uid: podUid, ownerReferences } };
  const runner = { kind: "EphemeralRunner", metadata: { namespace, name, uid: runnerUid }, status };
  const runners = `/apis/${apiVersion}/namespaces/${namespace}/ephemeralrunners`;
  cluster.answer(`/api/v1/namespaces/${namespace}/pods/${name}`, (_, response) =>
    response.end(JSON.stringify(pod)),
  );
  cluster.answer(`${runners}/${name}`, (_, response) => response.end(JSON.stringify(runner)));
}

function start(verify: KubernetesSource["verify"], name: string = verify): Promise<Collector> {
  return startCollector({
    listen: { host: "127.0.0.1", port: 0 },
    dataDir: join(folder, name),
    adminToken: ADMIN,
    agentToken: undefined,
    identity: {
      github: [],
      kubernetes: [
        {
          issuer: cluster.url,
          audience: AUDIENCE,
          verify,
          tenants: { "arc-runners": "default" },
          apiServer: cluster.url,
          caFile: cluster.authorityFile,
          tokenFile: join(folder, "token"),
          jobs: "ephemeral-runners",
        },
      ],
    },
    jobWaits: { firstWaitMs: 20, maxWaitMs: 50 },
    onDefect,
    onStorageFault: onDefect,
    onNewAdminToken: () => undefined,
  });
}

async function begin(collector: Collector, presented: string) {
  const request = { ...startRequest(newClaim()), ci: SAID };
  const reply = await ask(collector.url, presented, "/v1/runs", JSON.stringify(request));
  return { ...reply, runId: startRunResponseSchema.safeParse(reply.body).data?.runId ?? "" };
}

async function show(collector: Collector, runId: string): Promise<unknown> {
  return (await ask(collector.url, ADMIN, `/v1/runs/${runId}`)).body;
}

async function change(
  { url }: Collector,
  method: "PUT" | "DELETE",
  path: string,
  body?: object,
): Promise<void> {
  const { ok } = await fetch(new URL(path, url), {
    method,
    headers: { authorization: `Bearer ${ADMIN}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  expect(ok).toBe(true);
}

/** Thrown where nobody catches it: the run of tests fails. */
function onDefect(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
