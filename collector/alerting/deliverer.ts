/**
 * Delivers to one sink what is due there, at least once: several incidents at a time, and of one incident in order. A sink that is slow, or
 * gone, holds up nothing but itself.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";

import { DamagedRow } from "../errors.ts";
import type { IncidentStore, StoredDelivery, StoredIncident } from "../stores/incident-store.ts";
import { type BackoffBounds, toBackoff } from "./backoff.ts";
import type { Notification } from "./notification.ts";
import type { DeliveryOutcome, Sink } from "./sink.ts";

export interface DeliveryBounds {
  /** Of one sink. */
  readonly concurrency: number;
  /** Of one attempt at a sink that says nothing of it. */
  readonly attemptMs: number;
  readonly backoff: BackoffBounds;
  /** As another end may ask for. */
  readonly maxRetryAfterMs: number;
  /** From when there was reason for it: what nobody took by then is dead. */
  readonly giveUpAfterMs: number;
}

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
/** Before anything is given up: fewer in a day are a clock that jumped, and not a day. */
const LEAST_ATTEMPTS = 20;
const DAMAGED = "what was to be told cannot be read any more: a row of the database is damaged";
const BUG = "a bug in the collector; its log says more";
const MAX_REASON_CHARACTERS = 500;
const MAX_REFERENCE_CHARACTERS = 1_024;

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
    const outcome = await attempt(delivery, incident);
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

  async function attempt(
    delivery: StoredDelivery,
    incident: StoredIncident,
  ): Promise<DeliveryOutcome | undefined> {
    const timeout = AbortSignal.timeout(attemptMs);
    const signal = AbortSignal.any([timeout, ending.signal]);
    const reference = store.findTelling(incident.id, sink.name)?.reference ?? undefined;
    const given = Promise.withResolvers<undefined>();
    // A sink that does not heed the signal is waited for no longer than one that does.
    signal.addEventListener("abort", () => given.resolve(undefined), { once: true });
    try {
      const told = sink.deliver(render(delivery, incident), { reference, signal });
      const outcome = await Promise.race([told, given.promise.then(() => settleSoon(told))]);
      if (outcome !== undefined) return outcome;
    } catch (error) {
      if (!signal.aborted) {
        onDefect(error);
        return { status: "retryable", reason: BUG };
      }
    }
    if (ending.signal.aborted) return undefined;
    return { status: "retryable", reason: `no answer within ${attemptMs} ms` };
  }

  async function settleAs(
    outcome: DeliveryOutcome,
    delivery: StoredDelivery,
    incident: StoredIncident,
  ): Promise<void> {
    const { number, action, attempts } = delivery;
    const at = now();
    if (outcome.status === "delivered") {
      onOutcome(sink.name, "delivered", "");
      const repeatMs = sink.repeatMs ?? (action === "acknowledge" ? 0 : delivery.repeatMs);
      const isOver = action === "resolve" || repeatMs === 0;
      const dueAt = isOver ? undefined : findNextMoment(incident, at + repeatMs);
      const next = dueAt === undefined ? undefined : { id: randomUUID(), dueAt };
      const reference = outcome.reference?.slice(0, MAX_REFERENCE_CHARACTERS);
      await settle({ state: "delivered", number, at, reference, next });
      return;
    }
    const reason = outcome.reason.slice(0, MAX_REASON_CHARACTERS).toWellFormed();
    if (outcome.status === "refused") {
      onOutcome(sink.name, "refused", reason);
      await settle({ state: "dead", number, at, reason });
      return;
    }
    onOutcome(sink.name, "retryable", reason);
    const retryAfterMs = Math.min(outcome.retryAfterMs ?? 0, bounds.maxRetryAfterMs);
    if (retryAfterMs > 0)
      pause = { from: at, until: Math.max(pause.from <= at ? pause.until : 0, at + retryAfterMs) };
    const dueAt =
      at + Math.max(retryAfterMs, toBackoff(attempts + 1, bounds.backoff, Math.random()));
    const isTooLate = attempts >= LEAST_ATTEMPTS && dueAt - delivery.at > bounds.giveUpAfterMs;
    if (isTooLate) onOutcome(sink.name, "refused", reason);
    await settle(
      isTooLate
        ? { state: "dead", number, at, reason }
        : { state: "waiting", number, at, dueAt, reason },
    );
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

/** What is there already when the time is over. */
function settleSoon(told: Promise<DeliveryOutcome>): Promise<DeliveryOutcome | undefined> {
  told.catch(() => undefined);
  return Promise.race([told, wait(0, undefined)]);
}
