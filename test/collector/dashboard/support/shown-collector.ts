/** A collector with what a dashboard has to show: honest runs, one that is all hostile text, and one that goes on. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { readAlertingFile } from "../../../../collector/alerting/alerting-file.ts";
import { type CollectorOptions, startCollector } from "../../../../collector/collector.ts";
import { USUAL_DETECTION } from "../../../../collector/detection/detection-file.ts";
import { type EgressInForce, startRunResponseSchema } from "../../../../protocol/index.ts";
import { ask, GuardClient, newClaim, startRequest } from "../../support/guard-client.ts";
import { type Deed, tellsEgress } from "../../support/played-job.ts";
import { type GeneratedRun, generateDeeds, type TimedDeed, toLines } from "./generate-run.ts";

export const TOKENS = {
  admin: "admin-token-of-the-test",
  responder: "responder-token-of-the-test",
  viewer: "viewer-token-of-the-test",
  agent: "agent-token-of-the-test",
};

export interface ShownCollector extends AsyncDisposable {
  readonly url: string;
}

export interface SentRun {
  readonly runId: string;
  send(deeds: readonly TimedDeed[]): Promise<void>;
  end(): Promise<void>;
}

interface SentJob {
  readonly url: string;
  readonly ci: object;
  readonly mode?: object;
}

const BATCH = 2_000;
const LENGTH_MS = 60_000;

/** Learns after one run, so that there are baselines and what they find. */
export async function startShownCollector(
  options: Partial<CollectorOptions> = {},
): Promise<ShownCollector> {
  const dataDir = mkdtempSync(join(tmpdir(), "dashboard-"));
  const alerting = join(dataDir, "alerting.json");
  writeFileSync(alerting, JSON.stringify({ sinks: { lines: { type: "stdout" } } }));
  const collector = await startCollector({
    dataDir: join(dataDir, "data"),
    listen: { host: "127.0.0.1", port: 0 },
    adminToken: TOKENS.admin,
    responderToken: TOKENS.responder,
    viewerToken: TOKENS.viewer,
    agentToken: TOKENS.agent,
    alerting: readAlertingFile(alerting),
    detection: { learn: { ...USUAL_DETECTION.learn, runs: 1 } },
    onNewAdminToken: () => undefined,
    onStorageFault: fail,
    onDefect: fail,
    ...options,
  });
  return {
    url: collector.url,
    async [Symbol.asyncDispose]() {
      await collector[Symbol.asyncDispose]();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function fail(fault: unknown): never {
  throw new Error(`the collector had a fault: ${String(fault)}`);
}

export async function beginSentRun({ url, ci, mode }: SentJob): Promise<SentRun> {
  const said = { ...startRequest(newClaim()), ci, ...(mode !== undefined && { mode }) };
  const reply = await ask(url, TOKENS.agent, "/v1/runs", JSON.stringify(said));
  const run = startRunResponseSchema.parse(reply.body);
  const guard = GuardClient.goOn(url, TOKENS.agent, run);
  return {
    runId: run.runId,
    async send(deeds) {
      for (let at = 0; at < deeds.length; at += BATCH) {
        const firstSeq = guard.lastSent() + 1;
        const lines = toLines(deeds.slice(at, at + BATCH), firstSeq);
        const { status, body } = await guard.send({ firstSeq, lines });
        if (status !== 200) throw new Error(`it answered ${JSON.stringify(body)}`);
      }
    },
    async end() {
      await guard.finish(guard.lastSent());
    },
  };
}

/** A whole one, of so many events. */
export async function sendGeneratedRun(
  job: SentJob,
  { events, seed }: Pick<GeneratedRun, "events" | "seed">,
): Promise<string> {
  const run = await beginSentRun(job);
  const startsAt = Date.now() - LENGTH_MS;
  const start = { at: startsAt, deed: toStart(job.ci) };
  await run.send([start, ...generateDeeds({ events, seed, startsAt, lengthMs: LENGTH_MS })]);
  await run.end();
  return run.runId;
}

const EGRESS: EgressInForce = {
  ...tellsEgress(["github.com:443", "old.example"]),
  deny: ["evil.example"],
};

export function toStart(ci: object, egress = EGRESS): Deed {
  return {
    kind: "guard-started",
    runId: "guard",
    version: "0.1.0",
    command: ["make", "all"],
    scope: "command",
    mode: { requested: "audit", effective: "audit", reasons: [] },
    egress,
    sensors: [{ name: "kernel", status: "active", eventsSeen: 1, eventsDropped: 0 }],
    ci: { provider: "github-actions", ...ci },
  };
}

export function toCi(job: string, ref = "refs/heads/main") {
  return { provider: "github-actions", repository: "acme/app", workflow: "CI", job, ref } as const;
}
