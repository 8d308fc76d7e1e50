/** What a sink is told of an incident. All text in it may be the attacker's, but for what is said to be the collector's own. */

/** `page`: somebody is woken up. `ticket`: somebody looks at it when he works. The collector's own, by rule and severity. */
export type Urgency = "page" | "ticket";

/** `update`: it grew, or goes on. A sink that has no word for one of them says nothing. */
export type NotificationAction = "trigger" | "update" | "acknowledge" | "resolve";

export interface Notification {
  /** The same for each attempt at one delivery, and of no other: whoever takes it twice can tell. */
  readonly deliveryId: string;
  readonly action: NotificationAction;
  readonly incident: NotifiedIncident;
  /** Milliseconds since 1970: when there was reason for it. */
  readonly at: number;
}

export interface NotifiedIncident {
  /** Of all tenants; the collector's own, as are tenant, urgency and links. */
  readonly id: string;
  readonly tenant: string;
  readonly urgency: Urgency;
  /** `info`, `low`, `medium`, `high` or `critical`. */
  readonly severity: string;
  /** Its id. */
  readonly rule: string;
  /** Of MITRE ATT&CK. */
  readonly technique: string | null;
  /** One sentence, of the finding that began it. */
  readonly message: string;
  /** What that goes by; null where it stands in its event alone. */
  readonly evidence: Readonly<Record<string, unknown>> | null;
  readonly job: NotifiedJob;
  /** The run it began in, and the last one that it was seen in. */
  readonly firstRunId: string;
  readonly lastRunId: string;
  readonly runs: number;
  readonly findings: number;
  /** What they count together. */
  readonly occurrences: number;
  /** RFC 3339. */
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** What was done about it, the collector's own words, the oldest first. */
  readonly responses: readonly string[];
  /** Null: nobody has it in hand, or not any more. */
  readonly acknowledged: NotifiedAnswerable | null;
  /** Null: it is not over. `findings`: none of them stands any more. `operator`: somebody has said so. `age`: none has come for long. */
  readonly resolution: "findings" | "operator" | "age" | null;
  /** Null: it is not over, or so by itself. */
  readonly resolvedBy: NotifiedAnswerable | null;
  readonly links: IncidentLinks;
}

/** Who has said so. Owner and reason are what he wrote; his role and his token are proven. */
export interface NotifiedAnswerable {
  readonly by: string;
  /** Which token it was, as in the audit log. */
  readonly token: string;
  readonly owner: string;
  readonly reason: string;
  /** RFC 3339. */
  readonly at: string;
}

/** As far as it is known. */
export interface NotifiedJob {
  readonly provider?: string | undefined;
  readonly repository?: string | undefined;
  readonly workflow?: string | undefined;
  readonly job?: string | undefined;
  readonly ref?: string | undefined;
  readonly sha?: string | undefined;
  readonly actor?: string | undefined;
  /** Of the CI system. */
  readonly runId?: string | undefined;
}

/** https, or http where the operator has said so. */
export interface IncidentLinks {
  readonly incident: string;
  readonly run: string;
  readonly runbook: string;
  /** Of the CI system, where it is known. */
  readonly job: string | null;
  /** Of the incident that somebody had seen to, before it came again in a later run. */
  readonly earlier: string | null;
}
