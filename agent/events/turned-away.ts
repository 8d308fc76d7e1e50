/** Counts what there was no room for, until it is told. */
import type { Microseconds } from "../observation.ts";
import type { EventStream } from "./event-stream.ts";

interface TurnedAway {
  /** `kind`: of an event or an observation, which there are few of. */
  count(kind: string): void;
  /** One `events-dropped` a kind; from then on it counts from zero. */
  tell(stream: EventStream, at: Microseconds): void;
}

/** Nothing but the kernel's sensor is quick enough to fill what waits within the moment that it waits for. */
const SENSOR = "kernel";

export function createTurnedAway(reason: string): TurnedAway {
  const counts = new Map<string, number>();
  return {
    count(kind) {
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    },
    tell(stream, at) {
      for (const [eventKind, count] of counts) {
        stream.write({ kind: "events-dropped", sensor: SENSOR, reason, count, eventKind }, at);
      }
      counts.clear();
    },
  };
}
