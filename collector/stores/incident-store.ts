/** Incidents, and what is told of them. A promise that a write returns is kept when it resolves: it is on disk. */
import type { Page } from "./event-store.ts";
import type { FindingNews, SettledNews } from "./news-store.ts";
import type { Answerable, Found } from "./run-queries.ts";

export const INCIDENT_STATES = ["open", "acknowledged", "resolved"] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number];

/** `findings`: none of them stands any more. `operator`: somebody has said so. `age`: none has come for long. */
export const RESOLUTIONS = ["findings", "operator", "age"] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** Times are milliseconds since 1970, but for those of findings, which are texts as their guards write them. */
export interface StoredIncident {
  readonly id: string;
  readonly tenant: string;
  readonly jobKey: string;
  readonly rule: string;
  /** SHA-256 of what makes findings the same incident: of those that are not resolved all but the newest are acknowledged. */
  readonly cause: string;
  readonly state: IncidentState;
  readonly severity: string;
  readonly urgency: "page" | "ticket";
  readonly technique: string | null;
  /** Of the finding that began it. */
  readonly message: string;
  /** As JSON. */
  readonly evidence: string | null;
  readonly firstRunId: string;
  readonly lastRunId: string;
  readonly runs: number;
  readonly findings: number;
  readonly openFindings: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly openedAt: number;
  readonly changedAt: number;
  /** How often it stood again after it was over. */
  readonly reopenings: number;
  readonly acknowledged: Answerable | null;
  readonly resolvedAt: number | null;
  readonly resolution: Resolution | null;
  /** Who has said that it is over. */
  readonly resolvedBy: Answerable | null;
  /** How often somebody would have been told of it, but for a maintenance or a route's hours. */
  readonly dropped: number;
  /** Of the same cause, that somebody had seen to before the run began in which this one did. */
  readonly follows: string | null;
  /** Nobody is told of it before then; 0: at once. */
  readonly toldFrom: number;
}

/** With what its job is called, as far as that is known still. */
export interface ShownIncident extends StoredIncident {
  readonly repository: string | null;
  readonly workflow: string | null;
  readonly job: string | null;
}

/** What happened to a finding, with what there is of it now. */
export interface NewsOfFinding extends FindingNews {
  /** Null: it was removed. */
  readonly finding: NewsFinding | null;
}

export interface NewsFinding {
  readonly tenant: string;
  readonly jobKey: string;
  readonly rule: string;
  readonly severity: string;
  readonly message: string;
  readonly response: string;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly technique: string | null;
  readonly evidence: string | null;
  readonly runStartedAt: number;
  /** It is not over by itself, nor suppressed, nor expected. */
  readonly isStanding: boolean;
  /** Somebody has seen to it. */
  readonly acknowledged: Answerable | null;
  /** The incident it is one of, and whether it counts there as open. */
  readonly incidentId: string | null;
  readonly isOpen: boolean;
}

export const DELIVERY_ACTIONS = ["trigger", "update", "acknowledge", "resolve"] as const;
export type DeliveryAction = (typeof DELIVERY_ACTIONS)[number];

/** `superseded`: it was not needed any more. `dead`: it was refused, or nobody took it for long. */
export const DELIVERY_STATES = ["waiting", "delivered", "superseded", "dead"] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export interface NewDelivery {
  readonly id: string;
  readonly incidentId: string;
  readonly tenant: string;
  readonly sink: string;
  readonly action: DeliveryAction;
  readonly isPage: boolean;
  readonly dueAt: number;
  /** When there was reason for it. */
  readonly at: number;
  /** Once it is delivered, it is told again after so long while it is open; 0: never. */
  readonly repeatMs: number;
}

export interface StoredDelivery extends NewDelivery {
  /** Of all deliveries, rising: those of one incident to one sink go in that order. */
  readonly number: number;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** An attempt may have been under way when the collector was killed. */
  readonly isUnsure: boolean;
  /** Why the last attempt failed, or why there was none. */
  readonly reason: string | null;
  readonly settledAt: number | null;
}

export interface DueDeliveries {
  readonly deliveries: readonly StoredDelivery[];
  /** Numbers of those that cannot be read: nobody knows what was to be told. */
  readonly damaged: readonly number[];
}

/** What a sink has been told of an incident. */
export interface Telling {
  readonly incidentId: string;
  readonly sink: string;
  /** `over`: that it is resolved. */
  readonly state: "told" | "over";
  readonly toldAt: number;
  readonly reference: string | null;
}

export interface FindingLink {
  readonly runId: string;
  readonly findingId: string;
  readonly incidentId: string;
  readonly isOpen: boolean;
}

/** All of it is on disk, or nothing. */
export interface IncidentChanges {
  /** New, or as they are from now on. */
  readonly incidents: readonly StoredIncident[];
  readonly links: readonly FindingLink[];
  /** Incidents none of whose findings count as open any more, but for those above. */
  readonly closed: readonly string[];
  readonly deliveries: readonly NewDelivery[];
  readonly moved: readonly Pick<StoredDelivery, "number" | "dueAt" | "isPage">[];
  /** Numbers of those that wait and are not needed any more. */
  readonly superseded: readonly number[];
  /** Findings of these incidents are acknowledged with them. */
  readonly acknowledged: readonly { readonly incidentId: string; readonly by: Answerable }[];
  readonly settled?: SettledNews | undefined;
}

export type DeliverySettlement =
  | {
      readonly state: "delivered";
      readonly number: number;
      readonly at: number;
      readonly reference: string | undefined;
      /** Of what tells of it again; undefined: nothing does. */
      readonly next: Pick<NewDelivery, "id" | "dueAt"> | undefined;
    }
  | {
      readonly state: "superseded" | "dead";
      readonly number: number;
      readonly at: number;
      readonly reason: string;
    }
  | {
      readonly state: "waiting";
      readonly number: number;
      readonly at: number;
      readonly dueAt: number;
      readonly reason: string;
    };

export interface AbandonedDeliveries {
  readonly sinks: readonly string[];
  readonly before: number;
  readonly at: number;
  readonly reason: string;
}

/** For whom something waits though nobody is called so. */
export interface UnnamedSink {
  readonly sink: string;
  readonly waiting: number;
  /** When there was reason for the first of it. */
  readonly oldestAt: number;
}

export interface IncidentFilter {
  readonly repository?: string | undefined;
  /** What it is called in its workflow. */
  readonly job?: string | undefined;
  readonly state?: IncidentState | undefined;
  readonly severity?: string | undefined;
  readonly rule?: string | undefined;
  readonly urgency?: string | undefined;
}

/** `quiet`: below medium, of which nobody is told without a route that says so. */
export type IncidentRoom = "page" | "ticket" | "quiet";

export interface IncidentsOfRoom {
  readonly tenant: string;
  readonly room: IncidentRoom;
  readonly job?: { readonly jobKey: string; readonly rule: string };
}

/** Where an incident stands in its list. */
export type IncidentKey = Pick<StoredIncident, "openedAt" | "id">;
export type LeftKey = Pick<StoredIncident, "changedAt" | "id">;

export interface DeliveryFilter {
  readonly state?: DeliveryState | undefined;
  readonly sink?: string | undefined;
}

export interface AlertingFigures {
  readonly openBySeverity: Readonly<Record<string, number>>;
  readonly waitingBySink: Readonly<Record<string, number>>;
  readonly deadBySink: Readonly<Record<string, number>>;
  /** Of sinks that are not named any more: due or not. */
  readonly unnamedBySink: Readonly<Record<string, number>>;
  /** Since when the one waits that is due and waits longest; null: none does. Of those that are named. */
  readonly oldestDueAt: number | null;
}

export interface IncidentStore {
  recordIncidents(changes: IncidentChanges): Promise<void>;
  settleDelivery(settlement: DeliverySettlement): Promise<void>;
  /** A dead one waits again. */
  retryDelivery(number: number, at: number): Promise<void>;
  /** At a start: attempts may have been under way. */
  resumeDeliveries(at: number): Promise<void>;
  /** Some of what waits for these sinks, for which there was reason before then, is dead. */
  abandonDeliveries(abandoned: AbandonedDeliveries): Promise<void>;
  /** After a clock that was ahead: what was planned by it waits for as long as it was to. */
  mendDueTimes(now: number): Promise<void>;
  hasPlannedAhead(now: number): boolean;
  /** Some incidents that were resolved before then, with what was told of them. */
  forgetIncidents(before: number): Promise<void>;

  /** The first news that alerting has not settled. */
  listNewsOfFindings(limit: number, now: number): readonly NewsOfFinding[];
  findIncident(id: string): StoredIncident | undefined;
  /** Open or acknowledged, the newest first. */
  listOpenIncidents(cause: string, limit: number): readonly StoredIncident[];
  /** The one of this cause that was resolved last. */
  findLastResolved(cause: string): StoredIncident | undefined;
  hasRunInIncident(incidentId: string, runId: string): boolean;
  /** Not resolved. No more than `limit` are counted. */
  countOpenIncidents(of: IncidentsOfRoom, limit: number): number;
  /** Not resolved, with nothing new since then, the oldest first. */
  listQuietIncidents(changedBefore: number, limit: number): readonly ShownIncident[];
  /** How often its findings were seen together, as far as they are not too many to count. */
  countOccurrences(incident: StoredIncident): number;
  showIncident(tenant: string, id: string): ShownIncident | undefined;
  /** The newest first. */
  findIncidents(
    tenant: string,
    filter: IncidentFilter,
    page: Page<IncidentKey>,
  ): Found<ShownIncident, IncidentKey>;
  listFindingsOfIncident(id: string, limit: number): readonly FindingLink[];

  /** Open ones that a sink was told of, or was to be, that is not among these; in the order of their last change. */
  listLeftIncidents(
    sinks: readonly string[],
    after: LeftKey | undefined,
    limit: number,
  ): readonly StoredIncident[];
  listUnnamedSinks(named: readonly string[]): readonly UnnamedSink[];
  listTellings(incidentId: string): readonly Telling[];
  findTelling(incidentId: string, sink: string): Telling | undefined;
  /** The last ones, the oldest of them first. */
  listDeliveriesOfIncident(id: string, limit: number): readonly StoredDelivery[];
  listWaitingOfIncident(id: string): readonly StoredDelivery[];
  /** Pages first; of one incident the first one alone. */
  listDueDeliveries(sink: string, now: number, limit: number): DueDeliveries;
  /** When the next one is due after then; undefined: none is. */
  findNextDue(sink: string, now: number): number | undefined;
  findDeliveries(
    tenant: string,
    filter: DeliveryFilter,
    page: Page<number>,
  ): Found<StoredDelivery, number>;
  findDelivery(tenant: string, id: string): StoredDelivery | undefined;
  /** `sinks`: those that are named. */
  readAlertingFigures(now: number, sinks: readonly string[]): AlertingFigures;
}
