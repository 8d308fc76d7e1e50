/** What is told of an incident in words, by name: for sinks that are read by people. */
import { toVisibleText } from "../../visible-text.ts";
import type { NotificationAction, NotifiedAnswerable, NotifiedIncident } from "../notification.ts";

export interface Fact {
  readonly name: string;
  /** One line of visible characters. */
  readonly value: string;
}

export interface Link {
  readonly name: string;
  readonly url: string;
}

/** A path, an argument; more is in the collector. */
const MAX_VALUE_CHARACTERS = 500;
/** Evidence has a few members; who sends hundreds wants to hide one. */
const MAX_EVIDENCE_MEMBERS = 12;
const MAX_EVIDENCE_NAME_CHARACTERS = 64;
/** What was done is a few steps. */
const MAX_RESPONSES = 10;

const RESOLUTIONS: Readonly<Record<NonNullable<NotifiedIncident["resolution"]>, string>> = {
  findings: "none of its findings stands any more",
  operator: "somebody said so",
  age: "none came for long",
};
const STATES: Readonly<Record<NotificationAction, string>> = {
  trigger: "new",
  update: "still open",
  acknowledge: "acknowledged",
  resolve: "resolved",
};

/** In a word or two. */
export function toState(action: NotificationAction): string {
  return STATES[action];
}

/** What every message begins with: `high runner-memory-read in acme/app`. */
export function toHeadline({ severity, rule, job, tenant }: NotifiedIncident): string {
  return toVisibleText(`${severity} ${rule} in ${job.repository ?? `tenant ${tenant}`}`, 200);
}

export function toMessageLine(incident: NotifiedIncident): string {
  return toVisibleText(incident.message, MAX_VALUE_CHARACTERS);
}

/** Without those that are not known. */
export function listFacts(incident: NotifiedIncident): readonly Fact[] {
  const { job } = incident;
  const facts: readonly (readonly [string, string | null | undefined])[] = [
    ["acknowledged by", toWho(incident.acknowledged)],
    ["resolved by", toResolver(incident)],
    ["severity", incident.severity],
    ["urgency", incident.urgency],
    ["rule", incident.rule],
    ["technique", incident.technique],
    ["tenant", incident.tenant],
    ["provider", job.provider],
    ["repository", job.repository],
    ["workflow", job.workflow],
    ["job", job.job],
    ["ref", job.ref],
    ["commit", job.sha],
    ["actor", job.actor],
    ["run of the CI system", job.runId],
    ["first run", incident.firstRunId],
    ["last run", incident.lastRunId],
    ["first seen", incident.firstSeen],
    ["last seen", incident.lastSeen],
    [
      "so far",
      `${incident.runs} runs, ${incident.findings} findings, ${incident.occurrences} times in all`,
    ],
    ["incident", incident.id],
  ];
  return facts.flatMap(([name, value]) =>
    value === null || value === undefined || value === "" ? [] : [toFact(name, value)],
  );
}

/** The one who is named is who he said: his role is proven. */
export function toWho(answerable: NotifiedAnswerable | null): string | undefined {
  if (answerable === null) return undefined;
  const { owner, by, reason } = answerable;
  return `${owner} (${by}): ${reason}`;
}

/** Where nobody has, what it went by. */
export function toResolver({ resolution, resolvedBy }: NotifiedIncident): string | undefined {
  if (resolution === null) return undefined;
  return toWho(resolvedBy) ?? `itself: ${RESOLUTIONS[resolution]}`;
}

/** Each member as JSON, where it is no text. */
export function listEvidence({ evidence }: NotifiedIncident): readonly Fact[] {
  const members = Object.entries(evidence ?? {});
  const told = members.slice(0, MAX_EVIDENCE_MEMBERS).map(([name, value]) =>
    toFact(
      toVisibleText(name, MAX_EVIDENCE_NAME_CHARACTERS),
      // Undefined for what JSON has no word for; evidence comes from JSON.
      typeof value === "string" ? value : (JSON.stringify(value) ?? "none"),
    ),
  );
  const left = members.length - told.length;
  return left === 0 ? told : [...told, { name: "and", value: `${left} more` }];
}

/** The oldest first; of too many the last ones. */
export function listResponses({ responses }: NotifiedIncident): readonly string[] {
  return responses.slice(-MAX_RESPONSES).map((one) => toVisibleText(one, MAX_VALUE_CHARACTERS));
}

export function listLinks({ links }: NotifiedIncident): readonly Link[] {
  return [
    { name: "incident", url: links.incident },
    { name: "run", url: links.run },
    { name: "runbook", url: links.runbook },
    ...(links.job === null ? [] : [{ name: "job", url: links.job }]),
    ...(links.earlier === null ? [] : [{ name: "earlier incident", url: links.earlier }]),
  ];
}

function toFact(name: string, value: string): Fact {
  return { name, value: toVisibleText(value, MAX_VALUE_CHARACTERS) };
}
