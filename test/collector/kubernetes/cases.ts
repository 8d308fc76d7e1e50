/** What the collector's client of a cluster does, over whatever plays the cluster. */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { followJob } from "../../../collector/identity/kubernetes/follow-job.ts";
import { createTokenReview } from "../../../collector/identity/kubernetes/token-review.ts";
import type { Cluster, ObjectId } from "../../../collector/kubernetes/cluster.ts";
import { type Clusters, openClusters } from "../../../collector/kubernetes/clusters.ts";
import { ISSUER, type KubernetesApi } from "./support/kubernetes-api.ts";
import { PreparedCluster, RUNNERS } from "./support/prepared-cluster.ts";
import { openWay, type Way } from "./support/way.ts";

const AUDIENCE = "runner-guard";
const QUARANTINE = { "runner-guard.dev/quarantine": "true" };
const NODE = "node-1";
const TIMEOUT_MS = 500;

export interface PlayedCluster {
  readonly name: string;
  readonly start: () => Promise<KubernetesApi>;
  /** That are to end at the same time. */
  readonly podCount: number;
}

export function describeCluster({ name, start, podCount }: PlayedCluster): void {
  let prepared: PreparedCluster;
  let clusters: Clusters;
  let cluster: Cluster;
  /** Through somebody who can be told to let nothing through. */
  let way: Way;
  let farClusters: Clusters;
  let far: Cluster;
  /** And waits for no answer. */
  let hastyClusters: Clusters;
  let hasty: Cluster;

  beforeAll(async () => {
    prepared = await PreparedCluster.prepare(await start());
    way = await openWay(Number(new URL(prepared.url).port));
    clusters = open(prepared.url);
    cluster = find(clusters);
    farClusters = open(way.url);
    far = find(farClusters);
    hastyClusters = open(way.url, TIMEOUT_MS);
    hasty = find(hastyClusters);
  });
  afterAll(async () => {
    clusters[Symbol.dispose]();
    farClusters[Symbol.dispose]();
    hastyClusters[Symbol.dispose]();
    await way[Symbol.asyncDispose]();
    await prepared[Symbol.asyncDispose]();
  });

  function open(apiServer: string, timeoutMs = 30_000): Clusters {
    const { caFile, tokenFile } = prepared;
    const source = { issuer: ISSUER, apiServer, caFile, tokenFile };
    return openClusters([source], { readAuthorities, timeoutMs });
  }

  /** Under the name of one that is gone. */
  async function recreate(pod: ObjectId): Promise<ObjectId> {
    await prepared.removePod(pod);
    return prepared.createPod({ name: pod.name, node: NODE });
  }

  describe(`a pod in ${name}`, () => {
    test("is told with what it has", async () => {
      const owner = await prepared.createRunner();
      const pod = await prepared.createPod({ name: owner.name, labels: { app: "x" }, owner });

      expect(await cluster.getPod(pod)).toEqual({
        status: "found",
        value: {
          ...pod,
          phase: "Pending",
          isEnding: false,
          labels: { app: "x" },
          owners: [
            {
              apiVersion: "actions.github.com/v1alpha1",
              kind: "EphemeralRunner",
              name: owner.name,
              uid: owner.uid,
              isController: true,
            },
          ],
        },
      });
    });

    test("ends with its containers, which a grace of nothing does not wait for", async () => {
      const pod = await prepared.createPod({ node: NODE });

      expect(await cluster.deletePod({ ...pod, graceSeconds: 1 })).toMatchObject({
        status: "done",
        pod: { ...pod, isEnding: true },
      });
      expect(await cluster.getPod(pod)).toMatchObject({ value: { isEnding: true } });
      expect(await cluster.deletePod({ ...pod, graceSeconds: 0 })).toMatchObject({
        status: "done",
      });
      expect(await cluster.getPod(pod)).toEqual({ status: "gone" });
    });

    test("that has no node is gone at once", async () => {
      const owner = await prepared.createRunner();
      const pod = await prepared.createPod({ owner });

      expect(await cluster.deletePod({ ...pod, graceSeconds: 1 })).toMatchObject({
        status: "done",
        pod: { owners: [{ uid: owner.uid }] },
      });
      expect(await cluster.getPod(pod)).toEqual({ status: "gone" });
    });

    test("that somebody's finalizer keeps is still ending", async () => {
      const pod = await prepared.createPod({ finalizers: ["example.org/keeps"] });

      expect(await cluster.deletePod({ ...pod, graceSeconds: 0 })).toMatchObject({
        status: "done",
      });
      expect(await cluster.getPod(pod)).toMatchObject({ value: { isEnding: true } });
    });

    test("that is gone already is gone, whatever is asked of it", async () => {
      const pod = await prepared.createPod();
      await prepared.removePod(pod);

      expect([
        await cluster.getPod(pod),
        await cluster.deletePod({ ...pod, graceSeconds: 1 }),
        await cluster.labelPod({ ...pod, labels: QUARANTINE }),
      ]).toEqual([{ status: "gone" }, { status: "gone" }, { status: "gone" }]);
    });

    test("is not meant by the name of one before it", async () => {
      const before = await prepared.createPod({ node: NODE });
      const now = await recreate(before);
      const other = { status: "other-uid", uid: now.uid };

      expect([
        await cluster.getPod(before),
        await cluster.deletePod({ ...before, graceSeconds: 0 }),
        await cluster.labelPod({ ...before, labels: QUARANTINE }),
      ]).toEqual([other, other, other]);
      expect(await cluster.getPod(now)).toMatchObject({
        status: "found",
        value: { isEnding: false, labels: {} },
      });
    });

    test.each([{}, { app: "x" }])("is labelled beside %o", async (labels) => {
      const pod = await prepared.createPod({ labels });

      expect(await cluster.labelPod({ ...pod, labels: QUARANTINE })).toEqual({ status: "done" });
      expect(await cluster.getPod(pod)).toMatchObject({
        value: { labels: { ...labels, ...QUARANTINE } },
      });
    });

    test("is not looked for under a name that leads elsewhere", async () => {
      const pod = { namespace: RUNNERS, name: "..", uid: randomUUID() };

      expect(await cluster.deletePod({ ...pod, graceSeconds: 0 })).toMatchObject({
        status: "rejected",
      });
    });

    test(`ends beside ${podCount} others`, async () => {
      const pods = await inTurns(Array.from({ length: podCount }), () =>
        prepared.createPod({ node: NODE }),
      );
      const deeds = await inTurns(pods, (pod) => cluster.deletePod({ ...pod, graceSeconds: 0 }));
      const seen = await inTurns(pods, (pod) => cluster.getPod(pod));

      expect(new Set(deeds.map(({ status }) => status))).toEqual(new Set(["done"]));
      expect(new Set(seen.map(({ status }) => status))).toEqual(new Set(["gone"]));
    });
  });

  describe(`the policy of a quarantine in ${name}`, () => {
    const policy = { namespace: RUNNERS, name: "runner-guard-quarantine" };

    test("is told as it was shipped, or as gone", async () => {
      expect(await cluster.getNetworkPolicy(policy)).toMatchObject({
        status: "found",
        value: { ...policy, isDenyAll: true, labels: QUARANTINE, hasExpressions: false },
      });
      await prepared.withoutPolicy(async () => {
        expect(await cluster.getNetworkPolicy(policy)).toEqual({ status: "gone" });
      });
    });

    test("is the only one that may be looked at", async () => {
      const denied = { status: "forbidden" };

      expect([
        await cluster.getNetworkPolicy({ ...policy, name: "another" }),
        await cluster.getNetworkPolicy({ ...policy, namespace: "other" }),
      ]).toMatchObject([denied, denied]);
    });
  });

  describe(`a runner in ${name}`, () => {
    test("has the job that its status tells", async () => {
      const runner = await prepared.createRunner();
      const pod = await prepared.createPod({ name: runner.name, owner: runner });
      const follow = followJob(cluster, pod);
      const before = await follow();
      await prepared.setRunnerStatus(runner, {
        jobRepositoryName: "acme/app",
        jobWorkflowRef: "acme/app/.github/workflows/ci.yml@refs/heads/main",
        jobDisplayName: "build",
        workflowRunId: 4_711,
      });

      expect([before, await follow()]).toMatchObject([
        { status: "none-yet" },
        { status: "found", ci: { repository: "acme/app", runId: "4711", job: "build" } },
      ]);
    });

    test("ends, and not the one that has its name next", async () => {
      const runner = await prepared.createRunner();
      const deed = await cluster.deleteEphemeralRunner(runner);
      const gone = await cluster.deleteEphemeralRunner(runner);
      const next = await prepared.createRunner(runner.name);

      expect([deed, gone]).toEqual([{ status: "done" }, { status: "gone" }]);
      expect(await cluster.deleteEphemeralRunner(runner)).toEqual({
        status: "other-uid",
        uid: next.uid,
      });
      expect(await cluster.getEphemeralRunner(next)).toMatchObject({ status: "found" });
    });
  });

  describe(`a pod's token in ${name}`, () => {
    test("is proven to be the pod's while the pod is there", async () => {
      const pod = await prepared.createPod();
      const token = await prepared.podToken(pod, AUDIENCE);
      const prover = createTokenReview({
        issuer: ISSUER,
        audience: AUDIENCE,
        tenants: { [RUNNERS]: "acme" },
        hasJobs: false,
        cluster,
        onTrouble: fail,
      });
      const proven = await prover.prove(token, "");
      await prepared.removePod(pod);

      expect(proven).toMatchObject({
        status: "proven",
        proof: {
          tenant: "acme",
          identity: { facts: { podName: pod.name, podUid: pod.uid, serviceAccount: "default" } },
        },
      });
      // The server looks at what it has of pods, which may be a moment old.
      await expect.poll(() => prover.prove(token, "")).toMatchObject({ reason: "signature" });
    });

    test("is good for nobody else", async () => {
      const token = await prepared.podToken(await prepared.createPod(), "somebody-else");

      expect(await cluster.reviewToken(token, AUDIENCE)).toMatchObject({
        status: "reviewed",
        review: { isGood: false },
      });
    });
  });

  describe(`the collector's account in ${name}`, () => {
    test("touches no pod of another namespace", async () => {
      const pod = await prepared.createPod({ namespace: "other" });
      const denied = { status: "forbidden", message: expect.stringContaining("403") };

      expect([
        await cluster.getPod(pod),
        await cluster.deletePod({ ...pod, graceSeconds: 0 }),
        await cluster.labelPod({ ...pod, labels: QUARANTINE }),
      ]).toEqual([denied, denied, denied]);
      expect((await prepared.readPod(pod)).status).toBe(200);
    });

    test.each<[string, string, "GET" | "POST" | "DELETE"]>([
      ["list pods", `/api/v1/namespaces/${RUNNERS}/pods`, "GET"],
      ["make pods", `/api/v1/namespaces/${RUNNERS}/pods`, "POST"],
      ["end all pods", `/api/v1/namespaces/${RUNNERS}/pods`, "DELETE"],
      ["read secrets", `/api/v1/namespaces/${RUNNERS}/secrets/x`, "GET"],
      ["change its role", "/apis/rbac.authorization.k8s.io/v1/clusterroles/x", "DELETE"],
    ])("may not %s", async (_, path, method) => {
      const json = method === "GET" ? {} : { json: {} };

      expect((await prepared.askAsCollector(path, { method, ...json })).status).toBe(403);
    });
  });

  describe(`${name}, where it does not answer,`, () => {
    test("is to be tried again, and found again when it is back", async () => {
      const pod = await prepared.createPod({ node: NODE });
      await hasty.getPod(pod);
      way.hold();
      const held = await hasty.deletePod({ ...pod, graceSeconds: 0 });
      way.close();
      const closed = await far.deletePod({ ...pod, graceSeconds: 0 });
      way.open();

      expect([held, closed]).toMatchObject([{ status: "retryable" }, { status: "retryable" }]);
      await expect
        .poll(() => far.deletePod({ ...pod, graceSeconds: 0 }))
        .toMatchObject({ status: expect.stringMatching(/done|gone/) });
    });

    test("has closed the connections that were kept, and nobody notices", async () => {
      const pod = await prepared.createPod({ node: NODE });
      await far.getPod(pod);
      way.cut();

      expect(await far.getPod(pod)).toMatchObject({ status: "found" });
    });

    test("is not waited for by one who has gone", async () => {
      const pod = await prepared.createPod({ node: NODE });
      way.hold();
      const asked = far.getPod(pod, { signal: AbortSignal.abort() });

      expect(await asked).toMatchObject({ status: "retryable" });
      way.open();
    });
  });
}

function readAuthorities(path: string): string {
  return readFileSync(path, "utf8");
}

function find(known: Clusters): Cluster {
  const found = known.find(ISSUER);
  if (found === undefined) throw new Error("no cluster");
  return found;
}

async function inTurns<Item, Made>(
  items: readonly Item[],
  make: (item: Item) => Promise<Made>,
): Promise<Made[]> {
  const all: Made[] = [];
  for (let from = 0; from < items.length; from += 20)
    all.push(...(await Promise.all(items.slice(from, from + 20).map(make))));
  return all;
}

function fail(error: unknown): never {
  throw error;
}
