import { expect, onTestFinished, test, vi } from "vitest";

import { createEventStream } from "../../../agent/events/event-stream.ts";
import { startHeartbeats } from "../../../agent/guard/heartbeats.ts";
import { type GuardEvent, guardEventSchema, type SensorStatus } from "../../../protocol/index.ts";

const SENSOR: SensorStatus = { name: "proc", status: "active", eventsSeen: 0, eventsDropped: 0 };

test("a guard of which there is nothing to tell tells how its sensors are, until it ends", () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const told: GuardEvent[] = [];
  let status: SensorStatus["status"] = "active";
  const statuses = (): SensorStatus[] => [{ ...SENSOR, status }];
  const stream = createEventStream([(event) => told.push(event)]);
  const heartbeats = startHeartbeats({ stream, statuses, periodMs: 30_000 });
  vi.advanceTimersByTime(29_999);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(1);
  status = "degraded";
  vi.advanceTimersByTime(60_000);
  heartbeats[Symbol.dispose]();
  vi.advanceTimersByTime(300_000);

  expect(told[0]).toMatchObject({ kind: "heartbeat", sensors: [SENSOR] });
  expect(told.at(-1)).toMatchObject({ sensors: [{ ...SENSOR, status: "degraded" }] });
  expect(told.every((event) => guardEventSchema.safeParse(event).success)).toBe(true);
  expect(told).toHaveLength(3);
});
