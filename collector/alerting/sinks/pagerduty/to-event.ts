/** An incident as an event of PagerDuty's Events API v2: https://developer.pagerduty.com/docs/events-api-v2/trigger-events/ */
import { toVisibleText } from "../../../visible-text.ts";
import type { Notification, NotificationAction, NotifiedIncident } from "../../notification.ts";
import {
  listEvidence,
  listFacts,
  listResponses,
  toMessageLine,
  toState,
} from "../incident-facts.ts";
import { listWebLinks } from "../web-link.ts";

type Severity = "critical" | "error" | "warning" | "info";

export interface PagerDutyEvent {
  readonly routing_key: string;
  readonly event_action: "trigger" | "acknowledge" | "resolve";
  /** The incident: so many events as there are, PagerDuty has one alert of it. */
  readonly dedup_key: string;
  readonly payload?: PagerDutyPayload;
  readonly client?: string;
  readonly client_url?: string;
  readonly links?: readonly { readonly href: string; readonly text: string }[];
}

interface PagerDutyPayload {
  readonly summary: string;
  readonly source: string;
  readonly severity: Severity;
  readonly timestamp: string;
  readonly component: string;
  readonly group: string;
  readonly class: string;
  readonly custom_details: Readonly<Record<string, unknown>>;
}

const MAX_SUMMARY_CHARACTERS = 1_024;
/** PagerDuty names no bound for these; lists of alerts show a line. */
const MAX_NAME_CHARACTERS = 255;

/** Goes on: the alert that is there gets it as news, and one that somebody resolved too early is there again. */
const ACTIONS = {
  trigger: "trigger",
  update: "trigger",
  acknowledge: "acknowledge",
  resolve: "resolve",
} as const satisfies Record<NotificationAction, PagerDutyEvent["event_action"]>;

const SEVERITIES: ReadonlyMap<string, Severity> = new Map([
  ["critical", "critical"],
  ["high", "error"],
  ["medium", "warning"],
  ["low", "info"],
  ["info", "info"],
]);

export function toPagerDutyEvent(notification: Notification, routingKey: string): PagerDutyEvent {
  const { action, incident } = notification;
  const event = {
    routing_key: routingKey,
    event_action: ACTIONS[action],
    dedup_key: incident.id,
  };
  if (event.event_action !== "trigger") return event;
  const links = listWebLinks(incident);
  const ours = links.find(({ name }) => name === "incident");
  return {
    ...event,
    payload: toPayload(notification),
    client: "Runner Guard",
    ...(ours !== undefined && { client_url: ours.url }),
    links: links.map(({ name, url }) => ({ href: url, text: name })),
  };
}

function toPayload({ action, at, incident }: Notification): PagerDutyPayload {
  const { severity, rule, job, tenant } = incident;
  const summary = `${severity}: ${toMessageLine(incident)} (${rule}, ${toPlace(incident)})`;
  return {
    summary: toVisibleText(summary, MAX_SUMMARY_CHARACTERS),
    source: toPlace(incident),
    severity: SEVERITIES.get(severity) ?? "error",
    timestamp: new Date(at).toISOString(),
    component: toName([job.workflow, job.job].filter(Boolean).join(" / ") || "unknown job"),
    group: toName(tenant),
    class: toName(rule),
    custom_details: {
      state: toState(action),
      ...toMembers(listFacts(incident)),
      evidence: toMembers(listEvidence(incident)),
      "what was done": listResponses(incident),
    },
  };
}

function toPlace({ job, tenant }: NotifiedIncident): string {
  return toName(job.repository?.trim() || `tenant ${tenant}`);
}

function toName(text: string): string {
  return toVisibleText(text, MAX_NAME_CHARACTERS);
}

function toMembers(facts: ReturnType<typeof listFacts>): Readonly<Record<string, string>> {
  return Object.fromEntries(facts.map(({ name, value }) => [name, value]));
}
