/** What is shipped, as Kubernetes' own API server sees it: it would take each of them (a dry run). */
import { readFileSync } from "node:fs";

import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

import { fetchJson } from "../../collector/fetch-json.ts";
import type { KubernetesApi } from "../collector/kubernetes/support/kubernetes-api.ts";
import { CHANGED_AND_THERE } from "../deploy/support/changed-values.ts";
import { type GuardedPod, listGuardedPods, type PodSpec } from "../deploy/support/guarded-pods.ts";
import { renderValues } from "../deploy/support/helm.ts";
import { type Manifest, renderOverlays } from "../deploy/support/kustomize.ts";
import { requires } from "../support/requires.ts";
import { startApiServer } from "./support/api-server.ts";

const { goLibraries } = requires;
const { RUNNER_GUARD_KUBERNETES_PROGRAMS: programs } = process.env;
const START_MS = 180_000;
/** Their members are not known to the server: what is in a runner set is tried as a pod. */
const OF_OTHERS = new Set(["AutoscalingRunnerSet", "ServiceMonitor"]);
/** Nor these kinds, which came after it. */
const OF_LATER = ["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"];
const UNKNOWN = new Set([...OF_OTHERS, ...OF_LATER]);
const WITHOUT_NAMESPACE = new Set(["Namespace", "ClusterRole", "ClusterRoleBinding"]);
const workloadSchema = z.looseObject({
  spec: z.looseObject({ template: z.looseObject({}) }),
});

let api: KubernetesApi;
let overlays: ReadonlyMap<string, readonly Manifest[]>;

beforeAll(async () => {
  if (programs === undefined)
    throw new Error("npm run test:kubernetes says where the programs are");
  overlays = renderOverlays();
  api = await startApiServer(programs);
  const made = [...overlays.values()].flat();
  const namespaces = made.filter(({ kind }) => kind === "Namespace");
  const accounts = made.filter(({ kind }) => kind === "ServiceAccount");
  const defaults = namespaces.map(({ metadata }): Manifest => ({
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "default", namespace: metadata.name },
  }));
  for (const manifest of [...namespaces, ...defaults, ...accounts]) {
    const { status, json } = await post(manifest, "");
    if (status !== 201 && status !== 409) throw new Error(JSON.stringify(json));
  }
}, START_MS);

afterAll(() => api[Symbol.asyncDispose]());

test("it takes everything that it knows", async () => {
  const refused: unknown[] = [];
  for (const [overlay, manifests] of overlays)
    for (const manifest of manifests.filter(({ kind }) => !UNKNOWN.has(kind))) {
      const { status, json } = await post(asOfThen(overlay, manifest));
      if (status !== 201 && status !== 409) refused.push({ overlay, kind: manifest.kind, json });
    }

  expect(refused).toEqual([]);
});

test("it takes the pods of each way of running jobs", async () => {
  const refused: unknown[] = [];
  for (const pod of listGuardedPods(overlays)) {
    const { status, json } = await post(toPod(pod));
    if (status !== 201) refused.push({ overlay: pod.overlay, file: pod.file, json });
  }

  expect(refused).toEqual([]);
});

test.skipIf(!goLibraries.available)(
  `it takes what the Helm chart makes${goLibraries.note}`,
  async () => {
    const refused: unknown[] = [];
    for (const values of [{ runnerNamespaces: { "arc-runners": {} } }, CHANGED_AND_THERE]) {
      const manifests = await renderValues(values);
      for (const manifest of manifests.filter(({ kind }) => !OF_OTHERS.has(kind))) {
        const { status, json } = await post(asOfThen("", manifest));
        if (status !== 201 && status !== 409) refused.push({ kind: manifest.kind, json });
      }
    }

    expect(refused).toEqual([]);
  },
);

test("it refuses one that is not right", async () => {
  const [pod] = listGuardedPods(overlays);
  if (pod === undefined) throw new Error("there is no pod");
  const wrong = toPod({ ...pod, spec: { ...pod.spec, volumes: [] } });

  expect((await post(wrong)).status).toBe(422);
});

/** Kubernetes 1.20 has no native sidecars, whose probes it refuses: they are tried as what they become, containers beside the others. */
function withoutSidecars({ initContainers, containers, ...spec }: PodSpec) {
  const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === "Always");
  return {
    ...spec,
    initContainers: initContainers.filter((container) => !sidecars.includes(container)),
    containers: [
      ...sidecars.map((sidecar) => ({ ...sidecar, restartPolicy: undefined })),
      ...containers,
    ],
  };
}

/** With what the runner or GitLab fills in, in place of them. */
function toPod({ overlay, spec, labels }: GuardedPod): Manifest {
  const namespace = (overlays.get(overlay) ?? []).find(({ kind }) => kind === "Namespace");
  const { containers, volumes, ...rest } = withoutSidecars(spec);
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "tried", namespace: namespace?.metadata.name ?? "", labels },
    spec: {
      ...rest,
      // Nobody makes tokens here.
      automountServiceAccountToken: false,
      // What comes by a claim of the pod's own is not known yet.
      volumes: volumes.map(({ ephemeral, ...volume }) =>
        ephemeral === undefined ? volume : { ...volume, emptyDir: {} },
      ),
      containers: containers.map((container) => ({
        image: "job",
        ...container,
        name: container.name.replace("$", ""),
      })),
    },
  };
}

/** As this version of the server knows it. */
function asOfThen(overlay: string, manifest: Manifest): Manifest {
  if (manifest.kind === "PodDisruptionBudget") return { ...manifest, apiVersion: "policy/v1beta1" };
  const pod = listGuardedPods(overlays).find(
    ({ overlay: of, file }) => of === overlay && file === manifest.kind,
  );
  if (pod === undefined) return manifest;
  const { spec } = workloadSchema.parse(manifest);
  const template = { ...spec.template, spec: withoutSidecars(pod.spec) };
  return { ...manifest, spec: { ...spec, template } };
}

function post(manifest: Manifest, query = "?dryRun=All") {
  const { apiVersion, kind, metadata } = manifest;
  const root = apiVersion.includes("/") ? "/apis" : "/api";
  const within = WITHOUT_NAMESPACE.has(kind) ? "" : `/namespaces/${metadata.namespace}`;
  const kinds = `${kind.toLowerCase().replace(/y$/, "ie")}s`;
  return fetchJson({
    url: new URL(`${root}/${apiVersion}${within}/${kinds}${query}`, api.url),
    authorities: readFileSync(api.caFile, "utf8"),
    bearer: api.adminToken,
    json: manifest,
    timeoutMs: 30_000,
    maxBytes: 4_194_304,
  });
}
