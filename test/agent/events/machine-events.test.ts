import { expect, test } from "vitest";

import { createEventStream } from "../../../agent/events/event-stream.ts";
import { writeForgotten } from "../../../agent/events/machine-events.ts";
import { type GuardEvent, guardEventSchema, type SensorStatus } from "../../../protocol/index.ts";

const kernel = statusOf("kernel", "unavailable");
const proc = statusOf("proc", "active");
const host = statusOf("host", "active");

test.each([
  ["the sensor that watched", [kernel, proc, host], "proc"],
  ["the kernel's where it was degraded", [{ ...kernel, status: "degraded" }, host], "kernel"],
  ["proc where none is known to have watched", [], "proc"],
] as const)("processes that were forgotten are a loss of %s", (_, sensors, sensor) => {
  expect(write(7, sensors)).toEqual([
    {
      seq: 1,
      observedAt: "1970-01-01T00:00:01.000000Z",
      kind: "events-dropped",
      sensor,
      reason: "process-tree-full",
      count: 7,
    },
  ]);
});

test("where none was forgotten, nothing is told", () => {
  expect(write(0, [proc, host])).toEqual([]);
});

function write(processes: number, sensors: readonly SensorStatus[]): GuardEvent[] {
  const events: GuardEvent[] = [];
  const stream = createEventStream([(event) => events.push(guardEventSchema.parse(event))]);
  writeForgotten(stream, { processes, sensors, at: 1_000_000 });
  return events;
}

function statusOf(name: SensorStatus["name"], status: SensorStatus["status"]): SensorStatus {
  return { name, status, eventsSeen: 0, eventsDropped: 0 };
}
