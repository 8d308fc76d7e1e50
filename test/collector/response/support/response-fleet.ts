/** A collector beside a cluster of runners: pods whose guards tell it what they find. */
import { hkdfSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { z } from "zod";

import type { CollectorOptions } from "../../../../collector/collector.ts";
import { startCollector } from "../../../../collector/collector.ts";
import type { IdentitySources } from "../../../../collector/identity/identity-file.ts";
import type { ObjectId } from "../../../../collector/kubernetes/cluster.ts";
import {
  RUN_TOKEN_KEY_INFO,
  type StartRunResponse,
  startRunResponseSchema,
  toRunToken,
} from "../../../../protocol/index.ts";
import { ISSUER } from "../../kubernetes/support/kubernetes-api.ts";
import { PreparedCluster, RUNNERS } from "../../kubernetes/support/prepared-cluster.ts";
import { startStandIn } from "../../kubernetes/support/stand-in/stand-in.ts";
import { openWay, type Way } from "../../kubernetes/support/way.ts";
import { startCollectorProcess } from "../../support/collector-process.ts";
import {
  ask,
  GuardClient,
  newClaim,
  type Reply,
  startRequest,
} from "../../support/guard-client.ts";

const AUDIENCE = "runner-guard";
const ADMIN = "admin-token-of-the-test";
export const AGENT = "agent-token-of-the-test";
const RESPONDER = "responder-token-of-the-test";
/** For what never comes. */
const LIMIT_MS = 60_000;

const responseSchema = z.looseObject({
  id: z.string(),
  action: z.string(),
  state: z.string(),
  withheld: z.string().nullable(),
  summary: z.string(),
  retries: z.number(),
  steps: z.array(z.looseObject({ step: z.string(), outcome: z.string(), answer: z.string() })),
});
export type ShownResponse = z.infer<typeof responseSchema>;
const pageSchema = z.object({ items: z.array(responseSchema) });
const auditSchema = z.object({
  items: z.array(z.object({ role: z.string(), action: z.string(), target: z.string() })),
});
const findingsSchema = z.object({
  items: z.array(
    z.looseObject({ rule: z.string(), severity: z.string(), resolvedAt: z.string().nullable() }),
  ),
});

export interface GuardedPod {
  readonly pod: ObjectId;
  /** Of Kubernetes, for the collector. */
  readonly podToken: string;
  readonly guard: GuardClient;
}

export class ResponseFleet implements AsyncDisposable {
  readonly cluster: PreparedCluster;
  /** Between the collector and its cluster. */
  readonly way: Way;
  readonly #dataDir: string;
  readonly #launch: Launch;
  #collector: Launched;

  private constructor(
    cluster: PreparedCluster,
    way: Way,
    started: { readonly dataDir: string; readonly launch: Launch; readonly collector: Launched },
  ) {
    this.cluster = cluster;
    this.way = way;
    this.#dataDir = started.dataDir;
    this.#launch = started.launch;
    this.#collector = started.collector;
  }

  static async start(dataDir: string, launch: Launch = inThisProcess()): Promise<ResponseFleet> {
    const cluster = await PreparedCluster.prepare(await startStandIn());
    const way = await openWay(Number(new URL(cluster.url).port));
    const collector = await launch(dataDir, toIdentity(cluster, way));
    return new ResponseFleet(cluster, way, { dataDir, launch, collector });
  }

  get url(): string {
    return this.#collector.url;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.startAgain();
  }

  async stop(): Promise<void> {
    await this.#collector[Symbol.asyncDispose]();
  }

  async startAgain(): Promise<void> {
    this.#collector = await this.#launch(this.#dataDir, toIdentity(this.cluster, this.way));
  }

  async createGuardedPod(
    given: Parameters<PreparedCluster["createPod"]>[0] = {},
  ): Promise<GuardedPod> {
    const pod = await this.cluster.createPod(given);
    const podToken = await this.cluster.podToken(pod, AUDIENCE);
    return { pod, podToken, guard: await this.startGuard(podToken) };
  }

  /** Goes on with its run's own token, as agents do. */
  async startGuard(token: string): Promise<GuardClient> {
    const { status, body } = await this.begin(token);
    if (status !== 201 && status !== 200) throw new Error(JSON.stringify(body));
    const run = startRunResponseSchema.parse(body);
    return GuardClient.goOn(this.url, toOwnToken(run), run);
  }

  begin(token: string, claim = newClaim()): Promise<Reply> {
    const request = { ...startRequest(claim), scope: "pod" };
    return ask(this.url, token, "/v1/runs", JSON.stringify(request));
  }

  async arm(mode: "armed" | "dry-run" = "armed"): Promise<void> {
    const response = await fetch(new URL("/v1/response", this.url), {
      method: "PUT",
      headers: { authorization: `Bearer ${ADMIN}` },
      body: JSON.stringify({ mode, reason: "tried" }),
    });
    if (response.status !== 200) throw new Error(await response.text());
  }

  respond({ guard }: Pick<GuardedPod, "guard">, action: string): Promise<Reply> {
    const body = JSON.stringify({ action, reason: "it mines" });
    return ask(this.url, RESPONDER, `/v1/runs/${guard.run.runId}/respond`, body);
  }

  show(path: string): Promise<Reply> {
    return ask(this.url, ADMIN, path);
  }

  async showRun({ guard }: Pick<GuardedPod, "guard">): Promise<unknown> {
    return (await this.show(`/v1/runs/${guard.run.runId}`)).body;
  }

  /** The newest first. */
  async listResponses(pod?: Pick<GuardedPod, "guard">): Promise<readonly ShownResponse[]> {
    const path = pod === undefined ? "/v1/responses" : `/v1/runs/${pod.guard.run.runId}/responses`;
    return pageSchema.parse((await this.show(path)).body).items;
  }

  /** The newest one, as soon as it is in that state. */
  async awaitResponse(pod: Pick<GuardedPod, "guard">, state: string): Promise<ShownResponse> {
    const until = performance.now() + LIMIT_MS;
    for (;;) {
      const [response] = await this.listResponses(pod);
      if (response?.state === state) return response;
      if (performance.now() > until) throw new Error(`no ${state}: ${JSON.stringify(response)}`);
      await pause(20);
    }
  }

  async listAudit(): Promise<readonly { role: string; action: string; target: string }[]> {
    return auditSchema.parse((await this.show("/v1/audit")).body).items;
  }

  async listFindings(rule: string): Promise<z.infer<typeof findingsSchema>["items"]> {
    return findingsSchema.parse((await this.show(`/v1/findings?rule=${rule}`)).body).items;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.way[Symbol.asyncDispose]();
    await this.cluster[Symbol.asyncDispose]();
  }
}

export function shell(seq: number, given: Record<string, unknown> = {}): string {
  const at = "2026-01-31T12:00:00.000001Z";
  return JSON.stringify({
    seq,
    observedAt: at,
    kind: "finding",
    id: `reverse-shell-${seq}`,
    rule: { id: "reverse-shell", name: "Reverse shell" },
    severity: "critical",
    process: null,
    message: "A shell listens to a stranger.",
    evidence: {},
    response: "report",
    count: 1,
    firstSeen: at,
    lastSeen: at,
    ...given,
  });
}

function toOwnToken(run: StartRunResponse): string {
  const secret = Buffer.from(run.uploadKey, "hex");
  const key = hkdfSync("sha256", secret, run.runId, RUN_TOKEN_KEY_INFO, 32);
  return toRunToken(run.runId, Buffer.from(key).toString("hex"));
}

export interface Launched extends AsyncDisposable {
  readonly url: string;
}
export type Launch = (dataDir: string, identity: IdentitySources) => Promise<Launched>;

export function inThisProcess(options: Partial<CollectorOptions> = {}): Launch {
  return (dataDir, identity) =>
    startCollector({
      dataDir,
      listen: { host: "127.0.0.1", port: 0 },
      adminToken: ADMIN,
      responderToken: RESPONDER,
      agentToken: AGENT,
      identity,
      // A tenth of the time that clusters and agents have.
      responseBounds: { patience: 0.1, retryEachMs: 2_000 },
      onNewAdminToken: () => undefined,
      onDefect: (error) => {
        throw error;
      },
      onStorageFault: (fault) => {
        throw new Error(fault);
      },
      ...options,
    });
}

/** Its own command, which is killed where it is stopped. */
export function inAnotherProcess(folder: string): Launch {
  return (dataDir, identity) => {
    const file = join(folder, "identity.json");
    writeFileSync(file, JSON.stringify(identity));
    const args = ["--identity", file];
    return startCollectorProcess({ dataDir, agentToken: AGENT, adminToken: ADMIN, args });
  };
}

function toIdentity({ caFile, tokenFile }: PreparedCluster, way: Way): IdentitySources {
  return {
    github: [],
    kubernetes: [
      {
        issuer: ISSUER,
        audience: AUDIENCE,
        verify: "token-review",
        tenants: { [RUNNERS]: "default", other: "other" },
        apiServer: way.url,
        caFile,
        tokenFile,
        jobs: "none",
      },
    ],
  };
}
