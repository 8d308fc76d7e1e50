/** What rows of incidents, and of what is told of them, hold. */
import { z } from "zod";

import {
  DELIVERY_ACTIONS,
  DELIVERY_STATES,
  INCIDENT_STATES,
  RESOLUTIONS,
} from "../../stores/incident-store.ts";
import type {
  ShownIncident,
  StoredDelivery,
  StoredIncident,
  Telling,
} from "../../stores/incident-store.ts";
import { readRow } from "./read-row.ts";

const answerableSchema = z.object({
  role: z.string(),
  token: z.string(),
  owner: z.string(),
  reason: z.string(),
  at: z.number(),
});
/** As JSON. */
export const answerableTextSchema = z
  .string()
  .transform((text, context) => {
    try {
      return answerableSchema.parse(JSON.parse(text));
    } catch {
      context.addIssue("is not who is answerable");
      return z.NEVER;
    }
  })
  .nullable();

const incidentRowSchema = z.object({
  id: z.string(),
  tenant: z.string(),
  jobKey: z.string(),
  rule: z.string(),
  cause: z.string(),
  state: z.enum(INCIDENT_STATES),
  severity: z.string(),
  urgency: z.enum(["page", "ticket"]),
  technique: z.string().nullable(),
  message: z.string(),
  evidence: z.string().nullable(),
  firstRunId: z.string(),
  lastRunId: z.string(),
  runs: z.int(),
  findings: z.int(),
  openFindings: z.int(),
  firstSeen: z.string(),
  lastSeen: z.string(),
  openedAt: z.int(),
  changedAt: z.int(),
  reopenings: z.int(),
  acknowledged: answerableTextSchema,
  resolvedAt: z.int().nullable(),
  resolution: z.enum(RESOLUTIONS).nullable(),
  resolvedBy: answerableTextSchema,
  dropped: z.int(),
  follows: z.string().nullable(),
  toldFrom: z.int(),
});
export const INCIDENT_COLUMNS = `id, tenant, job_key AS jobKey, rule, cause, state, severity, urgency, technique, message, evidence,
  first_run AS firstRunId, last_run AS lastRunId, runs, findings, open_findings AS openFindings, first_seen AS firstSeen,
  last_seen AS lastSeen, opened_at AS openedAt, changed_at AS changedAt, reopenings, acknowledged, resolved_at AS resolvedAt,
  resolution, resolved_by AS resolvedBy, dropped, follows, told_from AS toldFrom`;

const shownRowSchema = incidentRowSchema.extend({
  repository: z.string().nullable(),
  workflow: z.string().nullable(),
  job: z.string().nullable(),
});
const JOB_COLUMNS = ["repository", "workflow", "job"].map(
  (name) => `(SELECT ${name} FROM jobs WHERE jobs.key = incidents.job_key) AS ${name}`,
);
/** Of the table `incidents` by that name. */
export const SHOWN_COLUMNS = `${INCIDENT_COLUMNS}, ${JOB_COLUMNS.join(", ")}`;

const flagSchema = z.int().transform((value) => value === 1);

const deliveryRowSchema = z.object({
  number: z.int(),
  id: z.string(),
  incidentId: z.string(),
  tenant: z.string(),
  sink: z.string(),
  action: z.enum(DELIVERY_ACTIONS),
  state: z.enum(DELIVERY_STATES),
  isPage: flagSchema,
  isUnsure: flagSchema,
  dueAt: z.int(),
  at: z.int(),
  repeatMs: z.int(),
  attempts: z.int(),
  reason: z.string().nullable(),
  settledAt: z.int().nullable(),
});
export const DELIVERY_COLUMNS = `number, id, incident AS incidentId, tenant, sink, action, state, is_page AS isPage,
  is_unsure AS isUnsure, due_at AS dueAt, at, repeat_ms AS repeatMs, attempts, reason, settled_at AS settledAt`;

const tellingRowSchema = z.object({
  incidentId: z.string(),
  sink: z.string(),
  state: z.enum(["told", "over"]),
  toldAt: z.int(),
  reference: z.string().nullable(),
});
export const TELLING_COLUMNS = "incident AS incidentId, sink, state, told_at AS toldAt, reference";

/** Each throws `DamagedRow`. */
export function toIncident(row: unknown): StoredIncident {
  return readRow(incidentRowSchema, row);
}

export function toShownIncident(row: unknown): ShownIncident {
  return readRow(shownRowSchema, row);
}

export function toDelivery(row: unknown): StoredDelivery {
  return readRow(deliveryRowSchema, row);
}

export function toTelling(row: unknown): Telling {
  return readRow(tellingRowSchema, row);
}
