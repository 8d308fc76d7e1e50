/**
 * Delivers to one sink what is due there, at least once: several incidents at a time, and of one incident in order. A sink that is slow, or
 * gone, holds up nothing but itself.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";

import { DamagedRow } from "../errors.ts";
import type { IncidentStore, StoredDelivery, StoredIncident } from "../stores/incident-store.ts";
import { attemptDelivery, BUG } from "./attempt-delivery.ts";
import type { DeliveryBounds } from "./delivery-bounds.ts";
import type { Notification } from "./notification.ts";
import type { DeliveryOutcome, Sink } from "./sink.ts";
import { toSettlement } from "./to-settlement.ts";

export interface DelivererOptions {
  readonly sink: Sink;
  readonly store: Pick<
    IncidentStore,
    "listDueDeliveries" | "findNextDue" | "findIncident" | "findTelling" | "settleDelivery"
  >;
  readonly claims: Claims;
  readonly render: (delivery: StoredDelivery, incident: StoredIncident) => Notification;
  /** When it may be told again of what goes on, not before then. */
  readonly toNextMoment: (incident: StoredIncident, at: number) => number | undefined;
  readonly bounds: DeliveryBounds;
  readonly onOutcome: (sink: string, outcome: DeliveryOutcome["status"], reason: string) => void;
  readonly onDefect: (error: unknown) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface Deliverer extends AsyncDisposable {
  /** There may be more that is due. */
  wake(): void;
  /** When nothing that was due is under way. */
  idle(): Promise<void>;
}

/** Numbers of deliveries that somebody is at: whoever delivers one, or has it go another way. */
export type Claims = Set<number>;

/** Of what is due later it hears by a timer that is set anew so often. */
const MAX_SLEEP_MS = 60_000;
const TRY_STORE_AGAIN_MS = 1_000;
/** At the end: an answer that is on its way is better than telling twice. */
const LAST_ANSWERS_MS = 2_000;
const DAMAGED = "what was to be told cannot be read any more: a row of the database is damaged";

export function createDeliverer(options: DelivererOptions): Deliverer {
  const { sink, store, claims, render, toNextMoment, bounds, onOutcome, onDefect, now } = options;
  const { attemptMs = bounds.attemptMs } = sink;
  const active = new Set<Promise<void>>();
  const ending = new AbortController();
  let isClosing = false;
  // Of a clock that may be put back meanwhile: a pause that has not begun is none.
  let pause = { from: 0, until: 0 };
  let timer: NodeJS.Timeout | undefined;

  function wake(): void {
    clearTimeout(timer);
    timer = undefined;
    if (isClosing) return;
    try {
      start();
    } catch (error) {
      onDefect(error);
      sleep(TRY_STORE_AGAIN_MS);
    }
  }

  function start(): void {
    const at = now();
    if (pause.from <= at && pause.until > at) return sleep(pause.until - at);
    const free = bounds.concurrency - active.size;
    if (free <= 0) return;
    // Those that are being delivered are due as well.
    const due = store.listDueDeliveries(sink.name, at, bounds.concurrency + free);
    for (const number of due.damaged.filter((one) => !claims.has(one)))
      begin(number, () => settle({ state: "dead", number, at: now(), reason: DAMAGED }));
    const startable = due.deliveries.filter(({ number }) => !claims.has(number)).slice(0, free);
    for (const delivery of startable)
      begin(delivery.number, () =>
        deliver(delivery).catch((error: unknown) => putOff(delivery, error)),
      );
    const next = store.findNextDue(sink.name, at);
    sleep(next === undefined ? MAX_SLEEP_MS : Math.min(next - at, MAX_SLEEP_MS));
  }

  function begin(number: number, run: () => Promise<void>): void {
    claims.add(number);
    const work = run().finally(() => {
      active.delete(work);
      claims.delete(number);
      wake();
    });
    active.add(work);
  }

  function sleep(milliseconds: number): void {
    clearTimeout(timer);
    timer = setTimeout(wake, Math.max(1, milliseconds)).unref();
  }

  /** Nothing that a row holds is to be tried over and over. */
  async function putOff({ number }: StoredDelivery, error: unknown): Promise<void> {
    onDefect(error);
    const at = now();
    await settle(
      error instanceof DamagedRow
        ? { state: "dead", number, at, reason: DAMAGED }
        : { state: "waiting", number, at, dueAt: at + MAX_SLEEP_MS, reason: BUG },
    ).catch(() => undefined);
  }

  async function deliver(delivery: StoredDelivery): Promise<void> {
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
      ending: ending.signal,
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
    if (pauseMs > 0)
      pause = { from: at, until: Math.max(pause.from <= at ? pause.until : 0, at + pauseMs) };
    for (const one of outcomes) onOutcome(sink.name, one, reason);
    await settle(settlement);
  }

  /** What was delivered is settled as that, whatever becomes of the next time. */
  function findNextMoment(incident: StoredIncident, at: number): number | undefined {
    try {
      return toNextMoment(incident, at);
    } catch (error) {
      onDefect(error);
      return at;
    }
  }

  /** What is not on disk would be told twice. */
  async function settle(settlement: Parameters<IncidentStore["settleDelivery"]>[0]): Promise<void> {
    for (;;) {
      try {
        return await store.settleDelivery(settlement);
      } catch (error) {
        if (isClosing) throw error;
        await wait(TRY_STORE_AGAIN_MS, undefined, { ref: false });
      }
    }
  }

  return {
    wake,
    async idle() {
      while (active.size > 0) await Promise.all(active);
    },
    async [Symbol.asyncDispose]() {
      isClosing = true;
      clearTimeout(timer);
      const last = setTimeout(() => ending.abort(), LAST_ANSWERS_MS);
      await Promise.all(active);
      clearTimeout(last);
      ending.abort();
      await sink.close?.();
    },
  };
}
