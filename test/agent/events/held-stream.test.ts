import { expect, test } from "vitest";

import type { EventBody } from "../../../agent/events/event-stream.ts";
import { createHeldStream } from "../../../agent/events/held-stream.ts";

const exit = (exitCode: number): EventBody => ({
  kind: "process-exited",
  process: "1-1",
  exitCode,
  signal: null,
});

test("events wait until they are released, keep their order and times, and wait no more", () => {
  const written: unknown[] = [];
  const stream = createHeldStream({ write: (...event) => written.push(event) });
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
