/** An incident as alerts of Alertmanager's API v2. */
import { toVisibleText } from "../../../visible-text.ts";
import type { Notification, NotifiedIncident } from "../../notification.ts";
import {
  listResponses,
  toHeadline,
  toMessageLine,
  toResolver,
  toState,
  toWho,
} from "../incident-facts.ts";

/** As in Alertmanager's openapi.yaml: `postableAlert`. */
export interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
}

/** What may change of its labels. */
export type ToldAs = Pick<NotifiedIncident, "severity" | "urgency">;

export interface AlertOptions {
  /** The operator's: ours come before them. */
  readonly labels: Readonly<Record<string, string>>;
  /** At the last time. */
  readonly toldAs: ToldAs | undefined;
  /** From now on it stands so long by itself. */
  readonly standsForMs: number;
}

/** Names of repositories and jobs are shorter. */
const MAX_LABEL_CHARACTERS = 256;

/**
 * An alert is the same by all of its labels. One that is graver since is another one to Alertmanager: what it was told as
 * before ends with the same request.
 */
export function toAlerts(notification: Notification, options: AlertOptions): readonly Alert[] {
  const { incident } = notification;
  const { toldAs = incident } = options;
  const alert = toAlert(notification, options);
  if (toldAs.severity === incident.severity && toldAs.urgency === incident.urgency) return [alert];
  const before = { ...incident, severity: toldAs.severity, urgency: toldAs.urgency };
  return [toAlert({ ...notification, action: "resolve", incident: before }, options), alert];
}

function toAlert(notification: Notification, options: AlertOptions): Alert {
  const { action, at, incident } = notification;
  // When it was first seen an agent says, by its own clock: Alertmanager refuses what ends before it begins.
  const startedAt = Math.min(Date.parse(incident.firstSeen) || at, at);
  return {
    labels: { ...options.labels, ...toLabels(incident) },
    annotations: toAnnotations(notification),
    startsAt: new Date(startedAt).toISOString(),
    endsAt: new Date(action === "resolve" ? at : at + options.standsForMs).toISOString(),
    generatorURL: incident.links.incident,
  };
}

function toLabels({ id, tenant, severity, urgency, rule, job }: NotifiedIncident): Alert["labels"] {
  return toKnown({
    alertname: rule,
    source: "runner-guard",
    incident: id,
    tenant,
    severity,
    urgency,
    repository: job.repository,
    workflow: job.workflow,
    job_name: job.job,
  });
}

function toAnnotations({ action, incident }: Notification): Alert["annotations"] {
  const { technique, links, job } = incident;
  return {
    ...toKnown({
      technique: technique ?? undefined,
      ref: job.ref,
      actor: job.actor,
      acknowledged_by: toWho(incident.acknowledged),
      resolved_by: toResolver(incident),
    }),
    summary: toHeadline(incident),
    description: toMessageLine(incident),
    state: toState(action),
    first_seen: toVisibleText(incident.firstSeen, MAX_LABEL_CHARACTERS),
    last_seen: toVisibleText(incident.lastSeen, MAX_LABEL_CHARACTERS),
    runs: String(incident.runs),
    findings: String(incident.findings),
    responses: listResponses(incident).join("; ") || "none",
    runbook_url: links.runbook,
    run_url: links.run,
    ...(links.job !== null && { job_url: links.job }),
    ...(links.earlier !== null && { earlier_url: links.earlier }),
  };
}

/** An empty label is none to Alertmanager. */
function toKnown(members: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) =>
      value === undefined || value === ""
        ? []
        : [[name, toVisibleText(value, MAX_LABEL_CHARACTERS)] as const],
    ),
  );
}
