import type { GuardEvent } from "../../protocol/index.ts";
import type { Microseconds } from "../observation.ts";
import { formatTimestamp } from "./timestamp.ts";

/** An event as its maker knows it; the stream gives it its place and time. */
export type EventBody = WithoutEnvelope<GuardEvent>;

type WithoutEnvelope<Event> = Event extends unknown ? Omit<Event, "seq" | "observedAt"> : never;

export type EventSink = (event: GuardEvent) => void;

export interface EventStream {
  write(body: EventBody, at: Microseconds): void;
}

/** Numbers events without gaps, from 1. No sink sees an event before `redact` has. Nothing comes behind `guard-stopped`. */
export function createEventStream(
  sinks: readonly EventSink[],
  redact: (event: GuardEvent) => GuardEvent = (event) => event,
): EventStream {
  let seq = 0;
  let isOver = false;
  return {
    write(body, at) {
      if (isOver) return;
      isOver = body.kind === "guard-stopped";
      seq += 1;
      const event = redact({ seq, observedAt: formatTimestamp(at), ...body });
      for (const sink of sinks) sink(event);
    },
  };
}
