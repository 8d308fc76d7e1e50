/** One delivery, from what is stored of it to what became of it, on disk. */
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";

import { DamagedRow } from "../errors.ts";
import type { IncidentStore, StoredDelivery, StoredIncident } from "../stores/incident-store.ts";
import { attemptDelivery, BUG } from "./attempt-delivery.ts";
import type { DeliveryBounds } from "./delivery-bounds.ts";
import type { Notification } from "./notification.ts";
import type { DeliveryOutcome, Sink } from "./sink.ts";
import { toSettlement } from "./to-settlement.ts";

export interface DeliverOneOptions {
  readonly sink: Sink;
  readonly store: Pick<IncidentStore, "findIncident" | "findTelling" | "settleDelivery">;
  readonly render: (delivery: StoredDelivery, incident: StoredIncident) => Notification;
  /** When it may be told again of what goes on, not before then. */
  readonly toNextMoment: (incident: StoredIncident, at: number) => number | undefined;
  readonly bounds: DeliveryBounds;
  readonly onOutcome: (sink: string, outcome: DeliveryOutcome["status"], reason: string) => void;
  /** The sink wants to be left alone for so many milliseconds from `at` on. */
  readonly onPause: (at: number, pauseMs: number) => void;
  readonly onDefect: (error: unknown) => void;
  /** No answer is waited for any more. */
  readonly ending: AbortSignal;
  /** What cannot be written now is not written again. */
  readonly closing: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface DeliverOne {
  /** Resolves when it is settled, whatever came of it. */
  deliver(delivery: StoredDelivery): Promise<void>;
  /** Of one whose row cannot be read. */
  giveUp(number: number): Promise<void>;
}

const TRY_STORE_AGAIN_MS = 1_000;
const PUT_OFF_MS = 60_000;
const DAMAGED = "what was to be told cannot be read any more: a row of the database is damaged";

export function createDeliverOne(options: DeliverOneOptions): DeliverOne {
  const { sink, store, render, bounds, onOutcome, onPause, onDefect, ending, now } = options;
  const { attemptMs = bounds.attemptMs } = sink;

  async function attempt(delivery: StoredDelivery): Promise<void> {
    const { number, incidentId } = delivery;
    const incident = store.findIncident(incidentId);
    const why =
      incident === undefined ? "its incident was removed" : findNeedless(delivery, incident);
    if (incident === undefined || why !== undefined) {
      await settle({ state: "superseded", number, at: now(), reason: why ?? "" });
      return;
    }
    const outcome = await attemptDelivery({
      sink,
      render: () => render(delivery, incident),
      reference: store.findTelling(incident.id, sink.name)?.reference ?? undefined,
      attemptMs,
      ending,
      onDefect,
    });
    // Nobody knows what became of it: it is tried again at the next start.
    if (outcome === undefined) return;
    await settleAs(outcome, delivery, incident);
  }

  /** What was planned some hours ago, and is not so any more. */
  function findNeedless({ action }: StoredDelivery, incident: StoredIncident): string | undefined {
    if (incident.state === "resolved")
      return action === "resolve" ? undefined : "the incident is resolved";
    if (action === "acknowledge" && incident.state === "open") return "the incident is open again";
    if (action !== "update") return undefined;
    if (incident.state === "open" || sink.repeatMs !== undefined) return undefined;
    const telling = store.findTelling(incident.id, sink.name);
    const hasNews = telling === undefined || incident.changedAt > telling.toldAt;
    return hasNews ? undefined : "the incident is acknowledged";
  }

  async function settleAs(
    outcome: DeliveryOutcome,
    delivery: StoredDelivery,
    incident: StoredIncident,
  ): Promise<void> {
    const at = now();
    const { settlement, outcomes, reason, pauseMs } = toSettlement(
      outcome,
      { delivery, at },
      {
        bounds,
        repeatMs: sink.repeatMs,
        findNextMoment: (moment) => findNextMoment(incident, moment),
        newId: randomUUID,
        random: Math.random(),
      },
    );
    if (pauseMs > 0) onPause(at, pauseMs);
    for (const one of outcomes) onOutcome(sink.name, one, reason);
    await settle(settlement);
  }

  /** What was delivered is settled as that, whatever becomes of the next time. */
  function findNextMoment(incident: StoredIncident, at: number): number | undefined {
    try {
      return options.toNextMoment(incident, at);
    } catch (error) {
      onDefect(error);
      return at;
    }
  }

  /** Nothing that a row holds is to be tried over and over. */
  async function putOff(number: number, error: unknown): Promise<void> {
    onDefect(error);
    const at = now();
    await settle(
      error instanceof DamagedRow
        ? { state: "dead", number, at, reason: DAMAGED }
        : { state: "waiting", number, at, dueAt: at + PUT_OFF_MS, reason: BUG },
    ).catch(() => undefined);
  }

  /** What is not on disk would be told twice. */
  async function settle(settlement: Parameters<IncidentStore["settleDelivery"]>[0]): Promise<void> {
    for (;;) {
      try {
        return await store.settleDelivery(settlement);
      } catch (error) {
        if (options.closing.aborted) throw error;
        await wait(TRY_STORE_AGAIN_MS, undefined, { ref: false });
      }
    }
  }

  return {
    deliver: (delivery) =>
      attempt(delivery).catch((error: unknown) => putOff(delivery.number, error)),
    // Not written before the end: it is found again at the next start.
    giveUp: (number) =>
      settle({ state: "dead", number, at: now(), reason: DAMAGED }).catch(() => undefined),
  };
}
