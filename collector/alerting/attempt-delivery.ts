/** One call of a sink, which may throw, hang, or heed no signal. */
import { setTimeout as wait } from "node:timers/promises";

import type { Notification } from "./notification.ts";
import type { DeliveryOutcome, Sink } from "./sink.ts";

export const BUG = "a bug in the collector; its log says more";

export interface Attempt {
  readonly sink: Sink;
  readonly render: () => Notification;
  readonly reference: string | undefined;
  readonly attemptMs: number;
  /** Aborted: the collector ends. */
  readonly ending: AbortSignal;
  readonly onDefect: (error: unknown) => void;
}

/** Undefined: nobody knows what became of it, since the collector ended. */
export async function attemptDelivery(attempt: Attempt): Promise<DeliveryOutcome | undefined> {
  const { sink, render, reference, attemptMs, ending, onDefect } = attempt;
  const timeout = AbortSignal.timeout(attemptMs);
  const signal = AbortSignal.any([timeout, ending]);
  const given = Promise.withResolvers<undefined>();
  // A sink that does not heed the signal is waited for no longer than one that does.
  signal.addEventListener("abort", () => given.resolve(undefined), { once: true });
  try {
    const told = sink.deliver(render(), { reference, signal });
    const outcome = await Promise.race([told, given.promise.then(() => settleSoon(told))]);
    if (outcome !== undefined) return outcome;
  } catch (error) {
    if (!signal.aborted) {
      onDefect(error);
      return { status: "retryable", reason: BUG };
    }
  }
  if (ending.aborted) return undefined;
  return { status: "retryable", reason: `no answer within ${attemptMs} ms` };
}

/** What is there already when the time is over. */
function settleSoon(told: Promise<DeliveryOutcome>): Promise<DeliveryOutcome | undefined> {
  told.catch(() => undefined);
  return Promise.race([told, wait(0, undefined)]);
}
