/** An incident as an event of CloudEvents 1.0, in the form of one JSON text. */
import { severitySchema } from "../../../../protocol/primitives.ts";
import type {
  Notification,
  NotificationAction,
  NotifiedAnswerable,
  NotifiedIncident,
} from "../../notification.ts";
import { type Alert, ALERT_SCHEMA_ID } from "./alert.ts";

/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md, "Context Attributes". */
export interface CloudEvent {
  readonly specversion: "1.0";
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: "application/json";
  readonly dataschema: string;
  readonly data: Alert;
}

/** Standard Webhooks advises fewer than 20 KB; what is longer stands in the collector, where the links lead. */
const MAX_MESSAGE_CHARACTERS = 2_048;
const MAX_EVIDENCE_CHARACTERS = 8_192;
const MAX_NAME_CHARACTERS = 255;
const MAX_LINK_CHARACTERS = 2_000;
const MAX_RESPONSES = 10;
const MAX_REASON_CHARACTERS = 1_024;

const TYPES = {
  trigger: "io.runnerguard.incident.triggered",
  update: "io.runnerguard.incident.updated",
  acknowledge: "io.runnerguard.incident.acknowledged",
  resolve: "io.runnerguard.incident.resolved",
} as const satisfies Record<NotificationAction, string>;

/** `source`: the address of the collector. */
export function toCloudEvent(notification: Notification, source: string): CloudEvent {
  const { deliveryId, action, at, incident } = notification;
  return {
    specversion: "1.0",
    id: deliveryId,
    source,
    type: TYPES[action],
    subject: incident.id,
    time: new Date(at).toISOString(),
    datacontenttype: "application/json",
    dataschema: ALERT_SCHEMA_ID,
    data: { action, incident: toIncident(incident) },
  };
}

function toIncident(incident: NotifiedIncident): Alert["incident"] {
  const { technique, message, evidence, job, responses, links, severity } = incident;
  return {
    id: incident.id,
    tenant: toName(incident.tenant),
    urgency: incident.urgency,
    severity: severitySchema.catch("high").parse(severity),
    rule: toName(incident.rule),
    technique: technique === null ? null : toName(technique),
    message: cut(message, MAX_MESSAGE_CHARACTERS),
    evidence: toEvidence(evidence),
    job: toJob(job),
    firstRunId: toName(incident.firstRunId),
    lastRunId: toName(incident.lastRunId),
    runs: incident.runs,
    findings: incident.findings,
    occurrences: incident.occurrences,
    firstSeen: toName(incident.firstSeen),
    lastSeen: toName(incident.lastSeen),
    responses: responses.slice(-MAX_RESPONSES).map(toName),
    acknowledged: toAnswerable(incident.acknowledged),
    resolution: incident.resolution,
    resolvedBy: toAnswerable(incident.resolvedBy),
    links: toLinks(links),
  };
}

function toAnswerable(answerable: NotifiedAnswerable | null) {
  if (answerable === null) return null;
  const { by, token, owner, reason, at } = answerable;
  return {
    by: toName(by),
    token: toName(token),
    owner: toName(owner),
    reason: cut(reason, MAX_REASON_CHARACTERS),
    at: toName(at),
  };
}

function toJob(job: NotifiedIncident["job"]): Alert["incident"]["job"] {
  const { provider, repository, workflow, job: name, ref, sha, actor, runId } = job;
  const members = { provider, repository, workflow, job: name, ref, sha, actor, runId };
  return Object.fromEntries(
    Object.entries(members).flatMap(([member, value]) =>
      value === undefined ? [] : [[member, toName(value)]],
    ),
  );
}

function toLinks({
  incident,
  run,
  runbook,
  job,
  earlier,
}: NotifiedIncident["links"]): Alert["incident"]["links"] {
  return {
    incident: cut(incident, MAX_LINK_CHARACTERS),
    run: cut(run, MAX_LINK_CHARACTERS),
    runbook: cut(runbook, MAX_LINK_CHARACTERS),
    job: job === null ? null : cut(job, MAX_LINK_CHARACTERS),
    earlier: earlier === null ? null : cut(earlier, MAX_LINK_CHARACTERS),
  };
}

/** Whole or not at all. */
function toEvidence(evidence: NotifiedIncident["evidence"]): Alert["incident"]["evidence"] {
  if (evidence === null) return null;
  const wellFormed = toWellFormedMembers(evidence);
  return JSON.stringify(wellFormed).length > MAX_EVIDENCE_CHARACTERS ? null : wellFormed;
}

function toWellFormedMembers(value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name.toWellFormed(), toWellFormed(member)]),
  );
}

function toWellFormed(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map(toWellFormed);
  return typeof value === "object" && value !== null ? toWellFormedMembers(value) : value;
}

function toName(text: string): string {
  return cut(text, MAX_NAME_CHARACTERS);
}

/** Readers of JSON refuse half a letter, which may be the attacker's, or what is left at the end. */
function cut(text: string, maxCharacters: number): string {
  const short = text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters - 1)}…`;
  return short.toWellFormed();
}
