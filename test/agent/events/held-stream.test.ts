import { expect, test } from "vitest";

import type { EventBody } from "../../../agent/events/event-stream.ts";
import { createHeldStream } from "../../../agent/events/held-stream.ts";

const BOUNDS = { maxHeld: 2, maxImportant: 1 };
const exit = (exitCode: number): EventBody => ({
  kind: "process-exited",
  process: "1-1",
  exitCode,
  signal: null,
});

test("events wait until they are released, keep their order and times, and wait no more", () => {
  const written: unknown[] = [];
  const stream = createHeldStream({ write: (...event) => written.push(event) }, BOUNDS);
  stream.write(exit(1), 10);
  stream.write(exit(2), 20);

  expect(written).toEqual([]);
  stream.release();
  stream.write(exit(3), 30);
  stream.release();
  expect(written).toEqual([
    [exit(1), 10],
    [exit(2), 20],
    [exit(3), 30],
  ]);
});

test("what there is no room for is counted by its kind, and the end of the run has room of its own", () => {
  const written: EventBody[] = [];
  const stream = createHeldStream({ write: (body) => written.push(body) }, BOUNDS);
  for (const code of [1, 2, 3, 4]) stream.write(exit(code), 10);
  const stopped: EventBody = {
    kind: "guard-stopped",
    runId: "1",
    exitCode: 0,
    signal: null,
    sensors: [],
  };
  stream.write(stopped, 20);
  stream.release();

  expect(written).toEqual([
    exit(1),
    exit(2),
    stopped,
    {
      kind: "events-dropped",
      sensor: "kernel",
      reason: "guard-not-ready",
      count: 2,
      eventKind: "process-exited",
    },
  ]);
});
