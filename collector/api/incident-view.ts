/** Incidents, and what was told of them, as the API shows them. */
import { z } from "zod";

import { severitySchema } from "../../protocol/index.ts";
import {
  DELIVERY_ACTIONS,
  DELIVERY_STATES,
  INCIDENT_STATES,
  RESOLUTIONS,
  type ShownIncident,
  type StoredDelivery,
} from "../stores/incident-store.ts";
import type { Answerable } from "../stores/run-queries.ts";
import { readEvidence } from "./finding-view.ts";
import { toTime } from "./to-time.ts";

const answerableSchema = z.object({
  by: z.string().describe("The role of the token."),
  token: z.string().describe("Which token it was, as in the audit log."),
  owner: z.string(),
  reason: z.string(),
  at: z.iso.datetime(),
});

export const incidentViewSchema = z.object({
  id: z.string(),
  state: z.enum(INCIDENT_STATES),
  severity: z.string().describe(severitySchema.options.join(", ")),
  urgency: z.enum(["page", "ticket"]),
  rule: z.string(),
  repository: z.string().nullable().describe("Such as acme/app; null where it is not known."),
  workflow: z.string().nullable(),
  job: z.string().nullable().describe("What it is called in its workflow."),
  technique: z.string().nullable().describe("Of MITRE ATT&CK."),
  message: z.string().describe("Of the finding that began it."),
  evidence: z.record(z.string(), z.unknown()).nullable(),
  firstRunId: z.string(),
  lastRunId: z.string(),
  runs: z.int(),
  findings: z.int(),
  openFindings: z.int().describe("Neither over by themselves, nor suppressed, nor expected."),
  firstSeen: z.string(),
  lastSeen: z.string(),
  openedAt: z.iso.datetime(),
  changedAt: z.iso.datetime(),
  reopenings: z.int().describe("How often it stood again soon after it was over."),
  follows: z
    .string()
    .nullable()
    .describe("The incident of the same that was acknowledged before the run of this one began."),
  acknowledged: answerableSchema.nullable(),
  resolvedAt: z.iso.datetime().nullable(),
  resolution: z
    .enum(RESOLUTIONS)
    .nullable()
    .describe(
      "findings: none of them stands any more; operator: somebody said so; age: none came for two weeks.",
    ),
  resolvedBy: answerableSchema.nullable(),
  dropped: z
    .int()
    .describe("How often somebody was not told, for a maintenance or a route's hours."),
});
type IncidentView = z.infer<typeof incidentViewSchema>;

export const deliveryViewSchema = z.object({
  id: z.string(),
  incidentId: z.string(),
  sink: z.string(),
  action: z.enum(DELIVERY_ACTIONS),
  state: z
    .enum(DELIVERY_STATES)
    .describe(
      "superseded: it was not needed any more; dead: it was refused, or nobody took it for a day.",
    ),
  attempts: z.int(),
  reason: z.string().nullable().describe("Why the last attempt failed, or why there was none."),
  at: z.iso.datetime().describe("When there was reason for it."),
  dueAt: z.iso.datetime(),
  settledAt: z.iso.datetime().nullable(),
});

export const incidentDetailSchema = incidentViewSchema.extend({
  deliveries: z.array(deliveryViewSchema).describe("The last ones, the oldest of them first."),
});

export function toIncidentView(incident: ShownIncident): IncidentView {
  const { id, state, severity, urgency, rule, technique, message, reopenings } = incident;
  const { firstRunId, lastRunId, runs, findings, openFindings, firstSeen, lastSeen } = incident;
  const { evidence, openedAt, changedAt, acknowledged, resolution, dropped } = incident;
  const { resolvedAt, resolvedBy, follows, repository, workflow, job } = incident;
  return {
    id,
    state,
    severity,
    urgency,
    rule,
    repository,
    workflow,
    job,
    technique,
    message,
    evidence: evidence === null ? null : readEvidence(evidence),
    firstRunId,
    lastRunId,
    runs,
    findings,
    openFindings,
    firstSeen,
    lastSeen,
    openedAt: toTime(openedAt),
    changedAt: toTime(changedAt),
    reopenings,
    follows,
    acknowledged: toAnswerableOrNull(acknowledged),
    resolvedAt: resolvedAt === null ? null : toTime(resolvedAt),
    resolution,
    resolvedBy: toAnswerableOrNull(resolvedBy),
    dropped,
  };
}

export function toDeliveryView(delivery: StoredDelivery): z.infer<typeof deliveryViewSchema> {
  const { id, incidentId, sink, action, state, attempts, reason, at, dueAt, settledAt } = delivery;
  return {
    id,
    incidentId,
    sink,
    action,
    state,
    attempts,
    reason,
    at: toTime(at),
    dueAt: toTime(dueAt),
    settledAt: settledAt === null ? null : toTime(settledAt),
  };
}

function toAnswerableOrNull(answerable: Answerable | null) {
  if (answerable === null) return null;
  const { role, token, owner, reason, at } = answerable;
  return { by: role, token, owner, reason, at: toTime(at) };
}
