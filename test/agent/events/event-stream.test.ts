import { expect, test } from "vitest";

import { createEventStream } from "../../../agent/events/event-stream.ts";
import { type GuardEvent, guardEventSchema } from "../../../protocol/index.ts";

test("numbers events from 1 without gaps and gives all sinks the same", () => {
  const first: GuardEvent[] = [];
  const second: GuardEvent[] = [];
  const stream = createEventStream([(it) => first.push(it), (it) => second.push(it)]);
  for (const at of [3_000_000, 1_000_000, 2_000_000]) {
    stream.write({ kind: "process-exited", process: "1-1", exitCode: at, signal: null }, at);
  }

  expect(first.map(({ seq, observedAt }) => [seq, observedAt])).toEqual([
    [1, "1970-01-01T00:00:03.000000Z"],
    [2, "1970-01-01T00:00:01.000000Z"],
    [3, "1970-01-01T00:00:02.000000Z"],
  ]);
  expect(second).toEqual(first);
  for (const event of first) expect(guardEventSchema.parse(event)).toEqual(event);
});

test("tells nothing behind the end, which reports and collectors take for the last word", () => {
  const events: GuardEvent[] = [];
  const stream = createEventStream([(it) => events.push(it)]);
  stream.write({ kind: "guard-stopped", runId: "1", exitCode: 0, signal: null, sensors: [] }, 1);
  stream.write({ kind: "process-exited", process: "1-1", exitCode: 0, signal: null }, 2);

  expect(events.map(({ kind }) => kind)).toEqual(["guard-stopped"]);
});
