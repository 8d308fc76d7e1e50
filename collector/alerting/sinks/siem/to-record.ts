/** A notification in the words of ECS or OCSF. */
import { z } from "zod";

import { toEcs } from "../../../export/ecs.ts";
import { toDefined } from "../../../export/field-values.ts";
import { toOcsf } from "../../../export/ocsf.ts";
import type { Notification, NotificationAction, NotifiedIncident } from "../../notification.ts";
import { toResolver, toWho } from "../incident-facts.ts";
import { listWebLinks } from "../web-link.ts";
import { toFinding } from "./to-finding.ts";

export const RECORD_FORMATS = ["ecs", "ocsf"] as const;
export type RecordFormat = (typeof RECORD_FORMATS)[number];

/** What is put into other words stays a word: Elasticsearch refuses longer ones, and who searches types none. */
const MAX_TEXT_CHARACTERS = 8_192;
const MAX_LABEL_CHARACTERS = 1_024;
const MAX_RESPONSES = 10;

/** https://schema.ocsf.io/1.5.0/classes/detection_finding: what is done with a finding, and how it stands. */
const OCSF_ACTIVITIES = { trigger: 1, update: 2, acknowledge: 2, resolve: 3 } as const;
const OCSF_STATES = { trigger: 1, update: 1, acknowledge: 2, resolve: 4 } as const;
const DETECTION_FINDING = 2_004;

const ecsSchema = z.looseObject({ event: z.record(z.string(), z.unknown()) });
const ocsfSchema = z.looseObject({
  metadata: z.record(z.string(), z.unknown()),
  finding_info: z.record(z.string(), z.unknown()),
});

export function toRecord(
  notification: Notification,
  format: RecordFormat,
): Record<string, unknown> {
  const record = format === "ecs" ? toEcsRecord(notification) : toOcsfRecord(notification);
  return z.record(z.string(), z.unknown()).parse(JSON.parse(JSON.stringify(record, toPlain)));
}

function toEcsRecord(notification: Notification): Record<string, unknown> {
  const { action, deliveryId, incident } = notification;
  const { finding, run } = toFinding(notification);
  const { event, ...record } = ecsSchema.parse(toEcs(finding, run));
  const { sequence: _, ...told } = event;
  const { job } = incident;
  return {
    ...record,
    event: toDefined({
      ...told,
      id: deliveryId,
      dataset: "runner_guard.alert",
      url: findLink(incident, "incident"),
      reference: findLink(incident, "runbook"),
    }),
    observer: { vendor: "Runner Guard", product: "runner-guard-collector", type: "sensor" },
    labels: toDefined({
      run_id: incident.lastRunId,
      ci_provider: toLabel(job.provider),
      repository: toLabel(job.repository),
      workflow: toLabel(job.workflow),
      job: toLabel(job.job),
      ci_run_id: toLabel(job.runId),
    }),
    runner_guard: {
      kind: "alert",
      evidence: finding.evidence,
      severity: incident.severity,
      incident: toIncident(action, incident),
    },
  };
}

function toOcsfRecord(notification: Notification): Record<string, unknown> {
  const { action, deliveryId, incident } = notification;
  const { finding, run } = toFinding(notification);
  const { metadata, finding_info: info, ...record } = ocsfSchema.parse(toOcsf(finding, run));
  const { sequence: _, version, tenant_uid, correlation_uid } = metadata;
  const activity = OCSF_ACTIVITIES[action];
  return {
    ...record,
    activity_id: activity,
    type_uid: DETECTION_FINDING * 100 + activity,
    status_id: OCSF_STATES[action],
    metadata: {
      version,
      product: { name: "Runner Guard", vendor_name: "Runner Guard" },
      uid: deliveryId,
      event_code: `alert-${action}`,
      correlation_uid,
      tenant_uid,
    },
    finding_info: toDefined({
      ...info,
      uid: incident.id,
      src_url: findLink(incident, "incident"),
    }),
    unmapped: { ci: incident.job, incident: toIncident(action, incident) },
  };
}

/** What neither has words for. */
function toIncident(
  action: NotificationAction,
  incident: NotifiedIncident,
): Record<string, unknown> {
  const { id, urgency, runs, findings, firstRunId, lastRunId, job } = incident;
  return toDefined({
    id,
    action,
    urgency,
    runs,
    findings,
    first_run_id: firstRunId,
    last_run_id: lastRunId,
    ref: toLabel(job.ref),
    sha: toLabel(job.sha),
    actor: toLabel(job.actor),
    responses: incident.responses.slice(-MAX_RESPONSES),
    acknowledged_by: toLabel(toWho(incident.acknowledged)),
    resolution: incident.resolution ?? undefined,
    resolved_by: toLabel(toResolver(incident)),
    run_url: findLink(incident, "run"),
    job_url: findLink(incident, "job"),
  });
}

function findLink(incident: NotifiedIncident, name: string): string | undefined {
  return listWebLinks(incident).find((link) => link.name === name)?.url;
}

function toLabel(text: string | undefined): string | undefined {
  return text?.slice(0, MAX_LABEL_CHARACTERS);
}

/** Half characters are no UTF-8: whoever stores it would refuse the whole. */
function toPlain(_: string, value: unknown): unknown {
  return typeof value === "string" ? value.slice(0, MAX_TEXT_CHARACTERS).toWellFormed() : value;
}
