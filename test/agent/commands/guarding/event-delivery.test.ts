/** What is told before the way to the collector is there, and what is said of it. */
import { afterAll, beforeAll, expect, test } from "vitest";

import { toCollectorTarget } from "../../../../agent/commands/guarding/collector-target.ts";
import {
  createEventDelivery,
  type EventDelivery,
} from "../../../../agent/commands/guarding/event-delivery.ts";
import { makeFile } from "../../../../bench/stream-of/make-file.ts";
import type { GuardEvent } from "../../../../protocol/index.ts";
import { CollectorProcess } from "../../stream/support/collector-process.ts";

/** Of characters, which is half of what an event may have. */
const LONG = 524_288;

const STOPPED: GuardEvent = {
  seq: 71,
  observedAt: "2026-01-31T12:00:00.000001Z",
  kind: "guard-stopped",
  runId: "guard",
  exitCode: 0,
  signal: null,
  sensors: [],
};

let collector: CollectorProcess;
beforeAll(async () => {
  collector = await CollectorProcess.start();
});
afterAll(() => collector[Symbol.asyncDispose]());

test("what is told too early is sent when the way is there", async () => {
  await using delivery = createDelivery();
  for (let number = 1; number <= 3; number += 1) delivery.add(makeFile("early", number));
  begin(delivery);
  delivery.add(STOPPED);

  expect(await delivery.finish()).toMatchObject({
    effective: "delivered",
    told: 4,
    stored: 4,
    dropped: { byReason: {} },
  });
});

test("more than is kept until then is not said to be delivered", async () => {
  await using delivery = createDelivery();
  for (let number = 1; number <= 70; number += 1) {
    delivery.add({ ...makeFile("early", number), path: `/${"x".repeat(LONG)}/${number}` });
  }
  begin(delivery);
  // Its way is there.
  await delivery.restored();
  delivery.add(STOPPED);
  const status = await delivery.finish();
  const missing = status.dropped.byReason["not-begun"] ?? 0;

  expect(status).toMatchObject({ effective: "delivered-in-part", told: 71, stored: 71 - missing });
  expect(missing).toBeGreaterThan(0);
});

function createDelivery(): EventDelivery {
  const target = toCollectorTarget(
    {
      collector: [collector.url],
      collectorTokenFile: undefined,
      collectorCa: undefined,
      collectorPlainHttp: false,
    },
    { token: collector.agentToken },
  );
  if (target === undefined) throw new Error("no target");
  return createEventDelivery({
    target,
    config: { spoolSizeMib: 64, spoolFull: "keep-oldest", flushTimeoutMs: 20_000 },
    spoolDirectory: undefined,
    warn: () => undefined,
    redaction: { redactText: (text) => text },
  });
}

function begin(delivery: EventDelivery): void {
  delivery.begin({
    guardRunId: "guard",
    version: "0.0.0",
    scope: "command",
    mode: { requested: "audit", effective: "audit", reasons: [] },
    ci: null,
    connect: null,
  });
}
