/** Pods with a guard each, whose run has begun, and what becomes of one when its guard finds something. */
import { setTimeout as pause } from "node:timers/promises";

import { z } from "zod";

import { startRunResponseSchema } from "../../protocol/index.ts";
import type { PreparedCluster } from "../../test/collector/kubernetes/support/prepared-cluster.ts";
import {
  ask,
  GuardClient,
  newClaim,
  startRequest,
} from "../../test/collector/support/guard-client.ts";

export interface GuardedPod {
  kill(): Promise<Kill>;
}

/** Milliseconds. */
export interface Kill {
  /** From when its guard began to send what it found until the API server had no such pod any more. */
  readonly whole: number;
  /** Of that, by the collector's own word: until it was decided, until that was on disk, and until the cluster had said yes. */
  readonly decided: number;
  readonly stored: number;
  readonly accepted: number;
}

export interface PodOptions {
  readonly url: string;
  readonly agentToken: string;
  readonly adminToken: string;
  readonly audience: string;
  readonly cluster: PreparedCluster;
}

const LOOK_EACH_MS = 2;
const stepSchema = z.object({ startedAt: z.string(), acceptedAt: z.string().nullable() });
const pageSchema = z.object({
  items: z.array(z.object({ decidedAt: z.string(), steps: z.array(stepSchema) })),
});
const LIMIT_MS = 60_000;

export async function createGuardedPod(options: PodOptions): Promise<GuardedPod> {
  const { url, agentToken, audience, cluster } = options;
  const pod = await cluster.createPod();
  const token = await cluster.podToken(pod, audience);
  const request = JSON.stringify({ ...startRequest(newClaim()), scope: "pod" });
  const { body } = await ask(url, token, "/v1/runs", request);
  const guard = GuardClient.goOn(url, agentToken, startRunResponseSchema.parse(body));
  return {
    async kill() {
      const sentAt = Date.now();
      const startedAt = performance.now();
      const sent = guard.send({ firstSeq: 1, lines: [FINDING] });
      while ((await cluster.readPod(pod)).status !== 404) {
        if (performance.now() - startedAt > LIMIT_MS) throw new Error(`${pod.name} is still there`);
        await pause(LOOK_EACH_MS);
      }
      const whole = performance.now() - startedAt;
      const { status } = await sent;
      if (status !== 200) throw new Error(`the collector answered ${status}`);
      const { decidedAt, startedAt: storedAt, acceptedAt } = await readResponse(options, guard);
      return {
        whole,
        decided: decidedAt - sentAt,
        stored: storedAt - decidedAt,
        accepted: acceptedAt - storedAt,
      };
    },
  };
}

async function readResponse({ url, adminToken }: PodOptions, { run }: GuardClient) {
  for (;;) {
    const { body } = await ask(url, adminToken, `/v1/runs/${run.runId}/responses`);
    const [response] = pageSchema.parse(body).items;
    const [step] = response?.steps ?? [];
    if (response === undefined || step === undefined || step.acceptedAt === null) {
      await pause(LOOK_EACH_MS);
      continue;
    }
    return {
      decidedAt: Date.parse(response.decidedAt),
      startedAt: Date.parse(step.startedAt),
      acceptedAt: Date.parse(step.acceptedAt),
    };
  }
}

const AT = "2026-01-31T12:00:00.000001Z";
const FINDING = JSON.stringify({
  seq: 1,
  observedAt: AT,
  kind: "finding",
  id: "reverse-shell-1",
  rule: { id: "reverse-shell", name: "Reverse shell" },
  severity: "critical",
  process: null,
  message: "A shell listens to a stranger.",
  evidence: {},
  response: "report",
  count: 1,
  firstSeen: AT,
  lastSeen: AT,
});
