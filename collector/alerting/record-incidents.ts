/** What a desk has gathered, and who is to be told of it, as one write. */
import { randomUUID } from "node:crypto";

import type { IncidentChanges, IncidentStore, StoredIncident } from "../stores/incident-store.ts";
import type { TellingDecision } from "./decide-tellings.ts";
import type { Claims } from "./deliverer.ts";
import type { ChangedIncident, IncidentDesk } from "./incident-desk.ts";
import { planDeliveries } from "./plan-deliveries.ts";
import type { Sink } from "./sink.ts";

export type DecideTellings = (incident: StoredIncident, at: number) => TellingDecision;

export interface RecordOptions {
  readonly store: Pick<
    IncidentStore,
    "recordIncidents" | "listTellings" | "listWaitingOfIncident" | "listDeliveriesOfIncident"
  >;
  readonly sinks: readonly Sink[];
  readonly claims: Claims;
  readonly decide: DecideTellings;
  /** There may be more that is due. */
  readonly onRecorded: () => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export type RecordIncidents = (
  desk: IncidentDesk,
  besides: Pick<IncidentChanges, "settled" | "acknowledged">,
) => Promise<void>;

/** More than are kept of one incident. */
const MAX_DELIVERIES = 1_000;

export function createRecordIncidents(options: RecordOptions): RecordIncidents {
  const { store, claims, onRecorded } = options;
  return async (desk, besides) => {
    const taken: number[] = [];
    const take = (number: number): boolean => {
      if (taken.includes(number)) return true;
      if (claims.has(number)) return false;
      claims.add(number);
      taken.push(number);
      return true;
    };
    try {
      const plans = desk.changed.map((changed) => plan(changed, take, options));
      await store.recordIncidents({
        incidents: plans.map(({ incident }) => incident),
        links: desk.links,
        closed: desk.closed,
        deliveries: plans.flatMap(({ deliveries }) => deliveries),
        moved: plans.flatMap(({ moved }) => moved),
        superseded: plans.flatMap(({ superseded }) => superseded),
        ...besides,
      });
    } finally {
      for (const number of taken) claims.delete(number);
    }
    onRecorded();
  };
}

function plan(
  changed: ChangedIncident,
  take: (number: number) => boolean,
  { store, sinks, decide, now }: RecordOptions,
) {
  const { before, after } = changed;
  const decision = decide(after, now());
  const told = decision.told.map((one) => {
    const { repeatMs = one.repeatMs, showsUpdates = true } =
      sinks.find(({ name }) => name === one.sink) ?? {};
    return { ...one, repeatMs, showsUpdates };
  });
  const soFar = {
    tellings: before === undefined ? [] : store.listTellings(after.id),
    waiting: before === undefined ? [] : store.listWaitingOfIncident(after.id),
    findLastUpdate: (sink: string) => findLastUpdate(store, { id: after.id, sink }),
    take,
  };
  const around = { decision: { ...decision, told }, soFar, now: now(), newId: randomUUID };
  const isTold = after.state !== "resolved";
  const dropped = after.dropped + (isTold ? decision.dropped : 0);
  return { incident: { ...after, dropped }, ...planDeliveries(changed, around) };
}

function findLastUpdate(
  store: Pick<IncidentStore, "listDeliveriesOfIncident">,
  { id, sink }: { readonly id: string; readonly sink: string },
): number | undefined {
  const last = store
    .listDeliveriesOfIncident(id, MAX_DELIVERIES)
    .findLast((one) => one.sink === sink && one.action === "update" && one.state === "delivered");
  return last?.settledAt ?? undefined;
}
