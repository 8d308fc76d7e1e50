import { expect, test } from "vitest";

import type { Observation } from "../../../../agent/observation.ts";
import { createSharedState, SHARED_STATE_SIZE } from "../../../../agent/sensor/kernel/counters.ts";
import { createRingPump } from "../../../../agent/sensor/kernel/ring-pump.ts";
import { createRingReader } from "../../../../agent/sensor/kernel/ring-reader.ts";
import { createFakeRing } from "./support/ring-memory.ts";

function decode(data: Buffer, offset: number, length: number): Observation {
  const path = data.toString("latin1", offset, offset + length);
  return { kind: "file", at: 0, process: { pid: 1, startTicks: 1 }, operation: "create", path };
}

function createPump() {
  const ring = createFakeRing(4096);
  const told: string[] = [];
  const pump = createRingPump(
    createRingReader(ring.memory),
    createSharedState(new ArrayBuffer(SHARED_STATE_SIZE)),
    {
      decode,
      observe(observation) {
        if (observation.kind === "file") told.push(observation.path);
      },
    },
  );
  return { ring, told, pump };
}

test("what was written before the start is not told, also where an unfinished record has held it up", async () => {
  const { ring, told, pump } = createPump();
  ring.write({ bytes: Buffer.from("held up"), state: "busy" });
  ring.write({ bytes: Buffer.from("canary") });
  pump.start();
  ring.commit();
  ring.write({ bytes: Buffer.from("job") });
  await pump.readAllWritten();
  pump.stop();

  expect(told).toEqual(["job"]);
});
