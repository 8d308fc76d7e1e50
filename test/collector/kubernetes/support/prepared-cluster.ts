/** A cluster with what a fleet of runners has in it: the collector's account with the role that is shipped, runners and their pods. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parseAllDocuments } from "yaml";
import { z } from "zod";

import { fetchJson, type JsonReply, type JsonRequest } from "../../../../collector/fetch-json.ts";
import type { ObjectId } from "../../../../collector/kubernetes/cluster.ts";
import { ISSUER, type KubernetesApi } from "./kubernetes-api.ts";

const DEPLOY = join(import.meta.dirname, "../../../../deploy/kustomize");
/** As README.md there has it. */
const FILES = [
  { file: "collector/rbac.yaml", namespace: "runner-guard" },
  { file: "runners/rbac.yaml", namespace: "arc-runners" },
  { file: "runners/quarantine.yaml", namespace: "arc-runners" },
];
const NAMESPACES = ["runner-guard", "arc-runners", "other"];
export const RUNNERS = "arc-runners";

const manifestSchema = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.object({ name: z.string(), namespace: z.string().optional() }),
});
export type Manifest = z.infer<typeof manifestSchema>;
const createdSchema = z.object({
  metadata: z.object({ namespace: z.string(), name: z.string(), uid: z.string() }),
});
const tokenSchema = z.object({ status: z.object({ token: z.string() }) });

const NOT_NAMESPACED = new Set([
  "Namespace",
  "ClusterRole",
  "ClusterRoleBinding",
  "CustomResourceDefinition",
]);
const WAIT_MS = 30_000;

export interface NewPod {
  readonly namespace?: string;
  readonly name?: string;
  /** Undefined: no node has it yet. */
  readonly node?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly owner?: ObjectId;
}

let made = 0;

export class PreparedCluster implements AsyncDisposable {
  readonly #api: KubernetesApi;
  readonly #folder: string;
  readonly #agent = new Agent({ keepAlive: true });

  private constructor(api: KubernetesApi, folder: string) {
    this.#api = api;
    this.#folder = folder;
  }

  static async prepare(api: KubernetesApi): Promise<PreparedCluster> {
    const cluster = new PreparedCluster(api, mkdtempSync(join(tmpdir(), "cluster-")));
    for (const name of NAMESPACES) {
      await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
      const account = { name: "default", namespace: name };
      await cluster.create({ apiVersion: "v1", kind: "ServiceAccount", metadata: account });
    }
    await cluster.create(RUNNER_KIND);
    for (const manifest of readManifests()) await cluster.create(manifest);
    const token = await cluster.requestToken("runner-guard", "runner-guard-collector", {});
    writeFileSync(cluster.tokenFile, token);
    await cluster.#waitForRunners();
    return cluster;
  }

  get url(): string {
    return this.#api.url;
  }

  get caFile(): string {
    return this.#api.caFile;
  }

  /** The collector's own. */
  get tokenFile(): string {
    return join(this.#folder, "token");
  }

  /** As somebody who may do everything. */
  ask(path: string, asked: Partial<JsonRequest> = {}): Promise<JsonReply> {
    return fetchJson({
      url: new URL(path, this.url),
      authorities: readFileSync(this.caFile, "utf8"),
      bearer: this.#api.adminToken,
      agent: this.#agent,
      timeoutMs: WAIT_MS,
      maxBytes: 16_777_216,
      ...asked,
    });
  }

  /** As the collector's account, with whatever it asks. */
  askAsCollector(path: string, asked: Partial<JsonRequest> = {}): Promise<JsonReply> {
    return this.ask(path, { bearer: readFileSync(this.tokenFile, "utf8"), ...asked });
  }

  async create(manifest: Manifest): Promise<unknown> {
    const { status, json } = await this.ask(toPath(manifest), { json: manifest });
    if (status === 201) return json;
    throw new Error(`${manifest.kind} ${manifest.metadata.name}: ${JSON.stringify(json)}`);
  }

  async createPod(pod: NewPod = {}): Promise<ObjectId> {
    const { namespace = RUNNERS, name = toName(), labels, finalizers, owner } = pod;
    const metadata = { namespace, name, labels, finalizers, ownerReferences: toOwners(owner) };
    const spec = {
      ...(pod.node !== undefined && { nodeName: pod.node }),
      automountServiceAccountToken: false,
      containers: [{ name: "runner", image: "runner" }],
    };
    return toId(await this.create(toManifest({ apiVersion: "v1", kind: "Pod", metadata, spec })));
  }

  async createRunner(name: string = toName()): Promise<ObjectId> {
    const metadata = { namespace: RUNNERS, name };
    const apiVersion = "actions.github.com/v1alpha1";
    return toId(
      await this.create(toManifest({ apiVersion, kind: "EphemeralRunner", metadata, spec: {} })),
    );
  }

  /** As actions-runner-controller does. */
  async setRunnerStatus({ namespace, name }: ObjectId, status: object): Promise<void> {
    const path = `/apis/actions.github.com/v1alpha1/namespaces/${namespace}/ephemeralrunners/${name}/status`;
    const contentType = "application/merge-patch+json";
    const reply = await this.ask(path, { method: "PATCH", contentType, json: { status } });
    if (reply.status !== 200) throw new Error(JSON.stringify(reply.json));
  }

  /** Of the quarantine, which is put back as it was shipped. */
  async withoutPolicy(act: () => Promise<void>): Promise<void> {
    const shipped = readManifests().find(({ kind }) => kind === "NetworkPolicy");
    if (shipped === undefined) throw new Error("no NetworkPolicy is shipped");
    const path = `${toPath(shipped)}/${shipped.metadata.name}`;
    await this.ask(path, { method: "DELETE", json: { apiVersion: "v1", kind: "DeleteOptions" } });
    try {
      await act();
    } finally {
      await this.create(shipped);
    }
  }

  async readPod({ namespace, name }: ObjectId): Promise<JsonReply> {
    return this.ask(`/api/v1/namespaces/${namespace}/pods/${name}`);
  }

  /** As a node does when the containers have ended. */
  async removePod({ namespace, name }: ObjectId): Promise<void> {
    const json = { apiVersion: "v1", kind: "DeleteOptions", gracePeriodSeconds: 0 };
    await this.ask(`/api/v1/namespaces/${namespace}/pods/${name}`, { method: "DELETE", json });
  }

  podToken({ namespace, name }: ObjectId, audience: string): Promise<string> {
    const boundObjectRef = { apiVersion: "v1", kind: "Pod", name };
    return this.requestToken(namespace, "default", { audiences: [audience], boundObjectRef });
  }

  async requestToken(namespace: string, account: string, spec: object): Promise<string> {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`;
    const kinds = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest" };
    const { json } = await this.ask(path, {
      json: { ...kinds, spec: { audiences: [ISSUER], ...spec } },
    });
    return tokenSchema.parse(json).status.token;
  }

  /** A new kind is served a moment after it was made known. */
  async #waitForRunners(): Promise<void> {
    const path = `/apis/actions.github.com/v1alpha1/namespaces/${RUNNERS}/ephemeralrunners/none`;
    const until = Date.now() + WAIT_MS;
    const isServed = async (): Promise<boolean> => (await this.ask(path)).json !== undefined;
    while (!(await isServed()))
      if (Date.now() > until) throw new Error("the kind of runners is not served");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy();
    await this.#api[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true });
  }
}

/** Those that are shipped, each in the namespace that it is applied to. */
export function readManifests(): Manifest[] {
  return FILES.flatMap(({ file, namespace }) =>
    parseAllDocuments(readFileSync(join(DEPLOY, file), "utf8")).map((document) => {
      const manifest = toManifest(document.toJS());
      if (NOT_NAMESPACED.has(manifest.kind)) return manifest;
      return { ...manifest, metadata: { namespace, ...manifest.metadata } };
    }),
  );
}

function toManifest(value: unknown): Manifest {
  return z
    .looseObject({
      ...manifestSchema.shape,
      metadata: z.looseObject(manifestSchema.shape.metadata.shape),
    })
    .parse(value);
}

function toPath({ apiVersion, kind, metadata }: Manifest): string {
  const root = apiVersion.includes("/") ? "/apis" : "/api";
  const within = NOT_NAMESPACED.has(kind) ? "" : `/namespaces/${metadata.namespace}`;
  const kinds = kind.toLowerCase().replace(/y$/, "ie");
  return `${root}/${apiVersion}${within}/${kinds}s`;
}

function toId(created: unknown): ObjectId {
  return createdSchema.parse(created).metadata;
}

function toName(): string {
  made += 1;
  return `runner-${made}`;
}

function toOwners(owner: ObjectId | undefined) {
  if (owner === undefined) return undefined;
  const { name, uid } = owner;
  const kinds = { apiVersion: "actions.github.com/v1alpha1", kind: "EphemeralRunner" };
  return [{ ...kinds, name, uid, controller: true }];
}

/** As actions-runner-controller makes it known, without what it says of its members. */
const RUNNER_KIND = toManifest({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "ephemeralrunners.actions.github.com" },
  spec: {
    group: "actions.github.com",
    names: {
      kind: "EphemeralRunner",
      listKind: "EphemeralRunnerList",
      plural: "ephemeralrunners",
      singular: "ephemeralrunner",
    },
    scope: "Namespaced",
    versions: [
      {
        name: "v1alpha1",
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
        },
      },
    ],
  },
});
