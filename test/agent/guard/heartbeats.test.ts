import { expect, test } from "vitest";

import { createEventStream } from "../../../agent/events/event-stream.ts";
import { startHeartbeats } from "../../../agent/guard/heartbeats.ts";
import { type GuardEvent, guardEventSchema, type SensorStatus } from "../../../protocol/index.ts";

const SENSOR: SensorStatus = { name: "proc", status: "active", eventsSeen: 0, eventsDropped: 0 };

test("a guard of which there is nothing to tell tells how its sensors are, until it ends", async () => {
  const told: GuardEvent[] = [];
  let status: SensorStatus["status"] = "active";
  const statuses = (): SensorStatus[] => [{ ...SENSOR, status }];
  const stream = createEventStream([(event) => told.push(event)]);
  const heartbeats = startHeartbeats({ stream, statuses, periodMs: 5 });
  await expect.poll(() => told.length, { interval: 5 }).toBeGreaterThan(0);
  status = "degraded";
  const changedAt = told.length;
  await expect.poll(() => told.length, { interval: 5 }).toBeGreaterThan(changedAt);
  heartbeats[Symbol.dispose]();
  const { length } = told;
  await new Promise((resolve) => void setTimeout(resolve, 50));

  expect(told[0]).toMatchObject({ kind: "heartbeat", sensors: [SENSOR] });
  expect(told.at(-1)).toMatchObject({ sensors: [{ ...SENSOR, status: "degraded" }] });
  expect(told.every((event) => guardEventSchema.safeParse(event).success)).toBe(true);
  expect(told).toHaveLength(length);
});
