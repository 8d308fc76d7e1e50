/**
 * Delivers to one sink what is due there, at least once: several incidents at a time, and of one incident in order. A sink that is slow, or
 * gone, holds up nothing but itself.
 */
import type { IncidentStore } from "../stores/incident-store.ts";
import { createDeliverOne, type DeliverOneOptions } from "./deliver-one.ts";

export interface DelivererOptions extends Omit<
  DeliverOneOptions,
  "store" | "onPause" | "ending" | "closing"
> {
  readonly store: DeliverOneOptions["store"] &
    Pick<IncidentStore, "listDueDeliveries" | "findNextDue">;
  readonly claims: Claims;
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

export function createDeliverer({ store, claims, ...options }: DelivererOptions): Deliverer {
  const { sink, bounds, onDefect, now } = options;
  const active = new Set<Promise<void>>();
  const ending = new AbortController();
  const closing = new AbortController();
  // Of a clock that may be put back meanwhile: a pause that has not begun is none.
  let pause = { from: 0, until: 0 };
  let timer: NodeJS.Timeout | undefined;
  const delivering = createDeliverOne({
    ...options,
    store,
    ending: ending.signal,
    closing: closing.signal,
    onPause(at, pauseMs) {
      pause = { from: at, until: Math.max(pause.from <= at ? pause.until : 0, at + pauseMs) };
    },
  });

  function wake(): void {
    clearTimeout(timer);
    timer = undefined;
    if (closing.signal.aborted) return;
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
    for (const number of due.damaged.filter((damaged) => !claims.has(damaged)))
      begin(number, () => delivering.giveUp(number));
    const startable = due.deliveries.filter(({ number }) => !claims.has(number)).slice(0, free);
    for (const delivery of startable) begin(delivery.number, () => delivering.deliver(delivery));
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

  return {
    wake,
    async idle() {
      while (active.size > 0) await Promise.all(active);
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      clearTimeout(timer);
      const last = setTimeout(() => ending.abort(), LAST_ANSWERS_MS);
      await Promise.all(active);
      clearTimeout(last);
      ending.abort();
      await sink.close?.();
    },
  };
}
