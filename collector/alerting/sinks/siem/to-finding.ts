/** A notification as the event of a finding, which the collector knows the words of other formats for. */
import type { GuardEventOf, Severity } from "../../../../protocol/index.ts";
import { SEVERITIES } from "../../../../protocol/severities.ts";
import type { EventRun } from "../../../export/event-run.ts";
import type { Notification } from "../../notification.ts";

/** A message is a sentence. */
const MAX_MESSAGE_CHARACTERS = 4_096;
/** Elasticsearch refuses a word of more than 32,766 bytes. */
const MAX_EVIDENCE_CHARACTERS = 8_192;

export interface FindingOfRun {
  readonly finding: GuardEventOf<"finding">;
  readonly run: EventRun;
}

export function toFinding({ incident, at }: Notification): FindingOfRun {
  const told = new Date(at).toISOString();
  const { rule, technique } = incident;
  return {
    finding: {
      kind: "finding",
      seq: 0,
      observedAt: told,
      id: incident.id,
      rule: { id: rule, name: rule },
      severity: toSeverity(incident.severity),
      ...(technique !== null && { technique }),
      process: null,
      message: incident.message.slice(0, MAX_MESSAGE_CHARACTERS),
      evidence: toEvidence(incident.evidence),
      response: "report",
      count: incident.occurrences,
      firstSeen: toTime(incident.firstSeen, told),
      lastSeen: toTime(incident.lastSeen, told),
    },
    run: {
      id: incident.lastRunId,
      tenant: incident.tenant,
      guardRunId: incident.lastRunId,
      version: "",
      ci: null,
    },
  };
}

function toSeverity(text: string): Severity {
  return SEVERITIES.find((severity) => severity === text) ?? "high";
}

/**
 * As text: an index makes a field of each name that it has not seen, and has room for a thousand; who may choose names could fill
 * them up.
 */
function toEvidence(evidence: Notification["incident"]["evidence"]): Record<string, unknown> {
  if (evidence === null) return {};
  return { json: JSON.stringify(evidence).slice(0, MAX_EVIDENCE_CHARACTERS) };
}

/** An agent's clock, if it says a time at all. */
function toTime(text: string, otherwise: string): string {
  const at = Date.parse(text);
  return at > 0 ? new Date(at).toISOString() : otherwise;
}
