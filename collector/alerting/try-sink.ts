/** Whether somebody hears what a sink is told: a test and its end, of which everybody sees that it is one. */
import type { NamedSink } from "./alerting-file.ts";
import { USUAL_BOUNDS } from "./alerting.ts";
import { openSinks, type SinkPlace } from "./open-sinks.ts";
import type { DeliveryOutcome } from "./sink.ts";
import { toTestNotification } from "./to-test-notification.ts";

export interface TriedSink {
  readonly test: DeliveryOutcome;
  /** Undefined: the test was not taken, and has no end. */
  readonly end: DeliveryOutcome | undefined;
}

/** By a sink of its own: what waits for the other one waits there. Throws `usage` where it cannot be opened. */
export async function trySink(named: NamedSink, place: SinkPlace): Promise<TriedSink> {
  const [sink] = openSinks([named], place);
  if (sink === undefined) throw new Error(`${named.name}: it was not opened`);
  const urgency = named.type.usually === "pages" ? "page" : "ticket";
  const about = { publicUrl: place.publicUrl, now: place.now(), urgency } as const;
  const { attemptMs = USUAL_BOUNDS.attemptMs } = sink;
  const deliver = (
    notification: ReturnType<typeof toTestNotification>,
    reference: string | undefined,
  ): Promise<DeliveryOutcome> =>
    sink.deliver(notification, { reference, signal: AbortSignal.timeout(attemptMs) });
  try {
    const trigger = toTestNotification("trigger", about);
    const test = await deliver(trigger, undefined);
    if (test.status !== "delivered") return { test, end: undefined };
    const resolve = toTestNotification("resolve", about, trigger.incident.id);
    return { test, end: await deliver(resolve, test.reference) };
  } finally {
    await sink.close?.();
  }
}

export function describeOutcome(outcome: DeliveryOutcome): string {
  if (outcome.status === "delivered") return "delivered";
  if (outcome.status === "refused") return `refused: ${outcome.reason}`;
  return `not delivered; the collector would try it again: ${outcome.reason}`;
}
