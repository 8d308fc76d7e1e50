/** How long a pod lives whose guard has found an attack, while others send: from the finding in the agent to its end in the API server. */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { ISSUER, type KubernetesApi } from "../test/collector/kubernetes/support/kubernetes-api.ts";
import { PreparedCluster, RUNNERS } from "../test/collector/kubernetes/support/prepared-cluster.ts";
import { startStandIn } from "../test/collector/kubernetes/support/stand-in/stand-in.ts";
import { startApiServer } from "../test/kubernetes/support/api-server.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import { startCollector } from "./harness/running-collector.ts";
import { toQuantile } from "./harness/statistics.ts";
import type { Row } from "./harness/table.ts";
import { createWorkDirectory } from "./harness/work-directory.ts";
import { createGuardedPod, type GuardedPod, type Kill } from "./kill-delay-of/guarded-pods.ts";
import { startOtherLoad } from "./kill-delay-of/other-load.ts";

const GOAL = "Goal: p99 of 250 ms under 50,000 other events a second.";
const AUDIENCE = "runner-guard";
/** What a tenant may be given at most. */
const MAX_KILLS_PER_MINUTE = 1_000;
const LOAD = { runs: 16, eventsOfBatch: 100 };
/** Between two kills. */
const REST_MS = 20;
/** Until the load is even. */
const WARM_UP_MS = 1_000;
/** A kill with its rest takes less, and the load has to outlast them. */
const MAX_KILL_SECONDS = 0.25;

/** Undefined: nobody has built them yet. */
const programs = process.env["RUNNER_GUARD_KUBERNETES_PROGRAMS"] ?? findPrograms();

await runBenchmark(
  {
    name: "kill-delay",
    about: "from a finding in the agent until its pod is gone from the API server",
    options: {
      kills: { default: 200, quick: 5, help: "pods, one after the other; 1,000 at most" },
      events: { default: 50_000, quick: 1_000, help: "events a second that others send" },
    },
    async run(settings) {
      const rows = [await measure({ ...settings, events: 0 }), await measure(settings)];
      const notes =
        programs === undefined
          ? [
              GOAL,
              "The cluster is a small server that behaves like Kubernetes' own; that one is taken where npm run test:kubernetes has built it.",
            ]
          : [GOAL];
      return { rows, notes, measured: rows };
    },
  },
  process.argv.slice(2),
);

interface Size {
  readonly kills: number;
  readonly events: number;
}

async function measure({ kills, events }: Size): Promise<Row> {
  using work = createWorkDirectory();
  await using cluster = await PreparedCluster.prepare(await startCluster());
  const [agentToken, adminToken] = [newToken(), newToken()];
  await using collector = await startCollector({
    dataDir: join(work.path, "data"),
    environment: {
      RUNNER_GUARD_AGENT_TOKEN: agentToken,
      RUNNER_GUARD_ADMIN_TOKEN: adminToken,
      RUNNER_GUARD_IDENTITY: writeIdentity(work.path, cluster),
      RUNNER_GUARD_RESPONSE: writeResponse(work.path),
    },
  });
  const { url } = collector;
  await arm(url, adminToken);
  const pods: GuardedPod[] = [];
  for (let index = 0; index < kills; index += 1) {
    pods.push(await createGuardedPod({ url, agentToken, adminToken, audience: AUDIENCE, cluster }));
  }
  const seconds = Math.ceil(WARM_UP_MS / 1_000 + kills * MAX_KILL_SECONDS);
  const load = { url, token: agentToken, ...LOAD, perSecond: events, seconds };
  await using others = events === 0 ? undefined : await startOtherLoad(load);
  await pause(WARM_UP_MS);
  const taken: Kill[] = [];
  for (const pod of pods) {
    taken.push(await pod.kill());
    await pause(REST_MS);
  }
  const measured = await others?.measure();
  const delays = taken.map(({ whole }) => whole);
  const toMedianOf = (part: keyof Kill): string =>
    toQuantile(
      taken.map((kill) => kill[part]),
      0.5,
    ).toFixed(0);
  return {
    "API server": programs === undefined ? "stand-in" : "kube-apiserver",
    kills: delays.length,
    "other events per second": Math.round(measured?.perSecond ?? 0),
    "p50 ms": toQuantile(delays, 0.5).toFixed(1),
    "p99 ms": toQuantile(delays, 0.99).toFixed(1),
    "at most ms": toQuantile(delays, 1).toFixed(1),
    "p50: decided": toMedianOf("decided"),
    "on disk": toMedianOf("stored"),
    accepted: toMedianOf("accepted"),
  };
}

function findPrograms(): string | undefined {
  const script = join(import.meta.dirname, "../scripts/kubernetes-programs.mjs");
  const asked = { encoding: "utf8" } as const;
  const { status, stdout } = spawnSync(process.execPath, [script, "--if-built"], asked);
  return status === 0 ? stdout.trim() : undefined;
}

function startCluster(): Promise<KubernetesApi> {
  return programs === undefined ? startStandIn() : startApiServer(programs);
}

function writeIdentity(folder: string, { url, caFile, tokenFile }: PreparedCluster): string {
  const source = {
    issuer: ISSUER,
    audience: AUDIENCE,
    tenants: { [RUNNERS]: "default" },
    apiServer: url,
    caFile,
    tokenFile,
    jobs: "none",
  };
  return writeJson(join(folder, "identity.json"), { kubernetes: [source] });
}

function writeResponse(folder: string): string {
  return writeJson(join(folder, "response.json"), {
    maxKillsPerMinute: MAX_KILLS_PER_MINUTE,
    maxKillsPerMinuteInAll: MAX_KILLS_PER_MINUTE,
  });
}

function writeJson(path: string, content: object): string {
  writeFileSync(path, JSON.stringify(content));
  return path;
}

async function arm(url: string, token: string): Promise<void> {
  const response = await fetch(new URL("/v1/response", url), {
    method: "PUT",
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ mode: "armed", reason: "bench" }),
  });
  if (response.status !== 200) throw new Error(await response.text());
}

function newToken(): string {
  return randomBytes(32).toString("hex");
}
