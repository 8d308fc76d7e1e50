/** What an incident is after something happened to it. Pure. */
import { randomUUID } from "node:crypto";

import { isGraver, toRank } from "../../protocol/severities.ts";
import type {
  IncidentRoom,
  NewsFinding,
  NewsOfFinding,
  Resolution,
  StoredIncident,
} from "../stores/incident-store.ts";
import type { Answerable } from "../stores/run-queries.ts";
import { toCause } from "./incident-cause.ts";
import { isMoreUrgent, toUrgency } from "./urgency.ts";

const MANY =
  "There are more findings of this rule than are told apart here, see the list of findings; one of the gravest: ";

export function toIncident(
  { runId }: NewsOfFinding,
  finding: NewsFinding,
  { cause, now }: { readonly cause: string; readonly now: number },
): StoredIncident {
  const { tenant, jobKey, rule, severity, message, technique, evidence } = finding;
  return {
    id: randomUUID(),
    tenant,
    jobKey,
    rule,
    cause,
    state: "open",
    severity,
    urgency: toUrgency(finding),
    technique,
    message,
    evidence,
    firstRunId: runId,
    lastRunId: runId,
    runs: 0,
    findings: 0,
    openFindings: 0,
    firstSeen: finding.firstSeen,
    lastSeen: finding.lastSeen,
    openedAt: now,
    changedAt: now,
    reopenings: 0,
    acknowledged: null,
    resolvedAt: null,
    resolution: null,
    resolvedBy: null,
    dropped: 0,
    follows: null,
    toldFrom: 0,
  };
}

export interface Grown {
  readonly runId: string;
  readonly now: number;
  /** Neither the run nor the finding was in it before; the finding does not count as open yet. */
  readonly isNewRun: boolean;
  readonly isNew: boolean;
  readonly isOpenAlready: boolean;
}

/** By a finding that stands. */
export function toGrown(
  incident: StoredIncident,
  finding: NewsFinding,
  { runId, now, isNewRun, isNew, isOpenAlready }: Grown,
): StoredIncident {
  const isWide = incident.cause !== toCause(finding);
  const urgency = toUrgency(finding);
  const isGraverNow = isGraver(finding.severity, incident.severity);
  const isMoreUrgentNow = isMoreUrgent(urgency, incident.urgency);
  return {
    ...incident,
    // Who has seen to what was less grave has not seen to this.
    ...(isGraverNow || isMoreUrgentNow ? { state: "open", acknowledged: null } : {}),
    ...(isWide && isGraverNow ? toGravest(finding) : {}),
    severity: isGraverNow ? finding.severity : incident.severity,
    urgency: isMoreUrgentNow ? urgency : incident.urgency,
    lastRunId: runId,
    runs: incident.runs + Number(isNewRun),
    findings: incident.findings + Number(isNew),
    openFindings: incident.openFindings + Number(!isOpenAlready),
    firstSeen: finding.firstSeen < incident.firstSeen ? finding.firstSeen : incident.firstSeen,
    lastSeen: finding.lastSeen > incident.lastSeen ? finding.lastSeen : incident.lastSeen,
    changedAt: now,
  };
}

export function toReopened(incident: StoredIncident, now: number): StoredIncident {
  return {
    ...incident,
    state: "open",
    openFindings: 0,
    reopenings: incident.reopenings + 1,
    acknowledged: null,
    resolvedAt: null,
    resolution: null,
    resolvedBy: null,
    changedAt: now,
  };
}

/** Whoever has seen to it has not seen to what it is now. */
export function toUnacknowledged(incident: StoredIncident, now: number): StoredIncident {
  return { ...incident, state: "open", acknowledged: null, changedAt: now };
}

export function toAcknowledged(
  incident: StoredIncident,
  by: Answerable,
  now: number,
): StoredIncident {
  return { ...incident, state: "acknowledged", acknowledged: by, changedAt: now };
}

export interface End {
  readonly resolution: Resolution;
  readonly by: Answerable | null;
  readonly now: number;
}

export function toEnded(incident: StoredIncident, { resolution, by, now }: End): StoredIncident {
  return {
    ...incident,
    state: "resolved",
    openFindings: 0,
    resolvedAt: now,
    resolution,
    resolvedBy: by,
    changedAt: now,
  };
}

/** Of what is many, what it says. */
export function toGravest({ message, technique, evidence }: NewsFinding) {
  return { message: `${MANY}${message}`, technique, evidence };
}

/** As the column of this name says. */
export function toRoom({
  urgency,
  severity,
}: Pick<StoredIncident, "urgency" | "severity">): IncidentRoom {
  if (urgency === "page") return "page";
  return toRank(severity) >= toRank("medium") ? "ticket" : "quiet";
}
