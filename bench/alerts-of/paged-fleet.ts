/** Jobs whose findings are paged: a stand-in for PagerDuty, the collector's file of alerts, and runs of jobs of their own. */
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { startRunResponseSchema } from "../../protocol/index.ts";
import {
  type PagerDutyStandIn,
  startPagerDuty,
} from "../../test/collector/alerting/sinks/support/pagerduty-stand-in.ts";
import {
  ask,
  GuardClient,
  newClaim,
  startRequest,
} from "../../test/collector/support/guard-client.ts";

export interface PagedFleet extends AsyncDisposable {
  readonly pager: PagerDutyStandIn;
  readonly alertingFile: string;
}

export interface FindingToSend {
  readonly seq: number;
  /** Told apart by it. */
  readonly id: string;
  readonly message: string;
}

const ROUTING_KEY_BYTES = 16;

export async function startPagedFleet(
  folder: string,
  onAccepted: (dedupKey: string) => void = () => undefined,
): Promise<PagedFleet> {
  const routingKey = randomBytes(ROUTING_KEY_BYTES).toString("hex");
  const pager = await startPagerDuty({ routingKey, onAccepted });
  const [routingKeyFile, alertingFile] = [join(folder, "key"), join(folder, "alerting.json")];
  writeFileSync(routingKeyFile, routingKey);
  const url = `${pager.address}/v2/enqueue`;
  const sinks = { pager: { type: "pagerduty", routingKeyFile, url } };
  writeFileSync(alertingFile, JSON.stringify({ sinks }));
  return { pager, alertingFile, [Symbol.asyncDispose]: () => pager[Symbol.asyncDispose]() };
}

/** A run of a job of its own. */
export async function startJob(url: string, token: string, job: number): Promise<GuardClient> {
  const ci = {
    provider: "github-actions",
    repository: `acme/app${job}`,
    workflow: "build",
    job: "build",
  };
  const body = JSON.stringify({ ...startRequest(newClaim()), ci });
  const reply = await ask(url, token, "/v1/runs", body);
  return GuardClient.goOn(url, token, startRunResponseSchema.parse(reply.body));
}

/** As a guard tells it: critical, so that it is paged. */
export function toFindingLine({ seq, id, message }: FindingToSend): string {
  const at = new Date().toISOString().replace("Z", "000Z");
  return JSON.stringify({
    seq,
    observedAt: at,
    kind: "finding",
    id,
    rule: { id: "reverse-shell", name: "Reverse shell" },
    severity: "critical",
    technique: "T1059.004",
    process: null,
    message,
    evidence: { host: message },
    response: "report",
    count: 1,
    firstSeen: at,
    lastSeen: at,
  });
}
