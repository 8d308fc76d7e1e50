/** What a sink is told of an incident, as it is when it is told. */
import { z } from "zod";

import type { EventStore } from "../stores/event-store.ts";
import type { IncidentStore, StoredDelivery, StoredIncident } from "../stores/incident-store.ts";
import { describeResponse, type ResponseStore } from "../stores/response-store.ts";
import type { Answerable } from "../stores/run-queries.ts";
import type {
  IncidentLinks,
  Notification,
  NotifiedAnswerable,
  NotifiedJob,
} from "./notification.ts";

export interface NotificationSources {
  readonly store: Pick<IncidentStore, "countOccurrences"> &
    Pick<EventStore, "findRunOfAny"> &
    Pick<ResponseStore, "listResponsesOfRun">;
  readonly addresses: Addresses;
}

export interface Addresses {
  /** Under which people reach the collector, without a slash at the end. */
  readonly publicUrl: string;
  /** Undefined: the collector's own. */
  readonly runbookUrl: string | undefined;
}

const evidenceSchema = z.record(z.string(), z.unknown());
/** What GitHub itself allows. Anything else would lead elsewhere. */
const GITHUB_REPOSITORY = /^[\w.-]+\/[\w.-]+$/;
const DIGITS = /^\d{1,20}$/;
/** Rules' ids; a policy may have its own. */
const PLAIN_RULE = /^[a-z0-9][a-z0-9-]{0,127}$/;

type ToldDelivery = Pick<StoredDelivery, "id" | "action" | "at">;

export function toNotification(
  { id: deliveryId, action, at }: ToldDelivery,
  incident: StoredIncident,
  { store, addresses }: NotificationSources,
): Notification {
  const { id, tenant, urgency, severity, rule, technique, message, runs, findings } = incident;
  const { firstRunId, lastRunId, firstSeen, lastSeen } = incident;
  const job = toJob(store, incident);
  return {
    deliveryId,
    action,
    at,
    incident: {
      id,
      tenant,
      urgency,
      severity,
      rule,
      technique,
      message,
      evidence: readEvidence(incident.evidence),
      job,
      firstRunId,
      lastRunId,
      runs,
      findings,
      occurrences: store.countOccurrences(incident),
      firstSeen,
      lastSeen,
      responses: listResponses(store, incident),
      acknowledged: toAnswerable(incident.acknowledged),
      resolution: incident.resolution,
      resolvedBy: toAnswerable(incident.resolvedBy),
      links: toLinks(incident, job, addresses),
    },
  };
}

function toAnswerable(answerable: Answerable | null): NotifiedAnswerable | null {
  if (answerable === null) return null;
  const { role: by, token, owner, reason, at } = answerable;
  return { by, token, owner, reason, at: new Date(at).toISOString() };
}

/** Of the last run; of the first one where that was removed. */
function toJob(
  store: NotificationSources["store"],
  { firstRunId, lastRunId }: StoredIncident,
): NotifiedJob {
  const run = store.findRunOfAny(lastRunId) ?? store.findRunOfAny(firstRunId);
  const { provider, repository, workflow, job, ref, sha, actor, runId } = run?.ci ?? {};
  return { provider, repository, workflow, job, ref, sha, actor, runId };
}

function listResponses(
  store: NotificationSources["store"],
  { firstRunId, lastRunId }: StoredIncident,
): readonly string[] {
  const runs = new Set([firstRunId, lastRunId]);
  return [...runs].flatMap((runId) => store.listResponsesOfRun(runId).map(describeResponse));
}

function toLinks(
  { id, lastRunId, rule, follows }: Pick<StoredIncident, "id" | "lastRunId" | "rule" | "follows">,
  job: NotifiedJob,
  { publicUrl, runbookUrl = `${publicUrl}/runbooks` }: Addresses,
): IncidentLinks {
  const page = PLAIN_RULE.test(rule) ? rule : encodeURIComponent(rule.slice(0, 128).toWellFormed());
  const toIncidentLink = (one: string): string => `${publicUrl}/v1/incidents/${one}`;
  return {
    incident: toIncidentLink(id),
    run: `${publicUrl}/v1/runs/${encodeURIComponent(lastRunId)}`,
    runbook: `${runbookUrl}/${page}`,
    job: toJobLink(job),
    earlier: follows === null ? null : toIncidentLink(follows),
  };
}

/** Where it can be told from what is known: an Enterprise Server's address is not. */
function toJobLink({ provider, repository, runId }: NotifiedJob): string | null {
  if (provider !== "github-actions" || repository === undefined || runId === undefined) return null;
  if (!GITHUB_REPOSITORY.test(repository) || !DIGITS.test(runId)) return null;
  return `https://github.com/${repository}/actions/runs/${runId}`;
}

/** A row of the database may hold anything. */
function readEvidence(text: string | null): z.infer<typeof evidenceSchema> | null {
  if (text === null) return null;
  try {
    return evidenceSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
