import { Agent } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";

import { z } from "zod";

import { createPackEvents, createSender, type Sender } from "../ingest-of/sender.ts";

const optionsSchema = z.object({
  url: z.string(),
  token: z.string(),
  runs: z.number(),
  eventsOfBatch: z.number(),
  perSecond: z.number(),
  seconds: z.number(),
});

const { runs, eventsOfBatch, perSecond, seconds, ...where } = optionsSchema.parse(workerData);
const agent = new Agent({ keepAlive: true, maxSockets: runs });
const packEvents = createPackEvents(eventsOfBatch);
const batches = Math.ceil((perSecond * seconds) / runs / eventsOfBatch);
const senders: Sender[] = [];
for (let job = 0; job < runs; job += 1) {
  senders.push(await createSender({ ...where, agent, batches, eventsOfBatch, packEvents, job: 0 }));
}
let acknowledged = 0;
const startedAt = performance.now();
const betweenMs = (eventsOfBatch * runs * 1_000) / perSecond;

parentPort?.on("message", () => {
  const passed = (performance.now() - startedAt) / 1_000;
  const events = acknowledged * eventsOfBatch;
  parentPort?.postMessage({ events, perSecond: events / passed });
});
parentPort?.postMessage("ready");
await Promise.all(senders.map((sender, index) => sendPaced(sender, index)));

/** At its times, whatever became of the one before. */
async function sendPaced(sender: Sender, place: number): Promise<void> {
  for (let index = 0; ; index += 1) {
    const dueAt = startedAt + (index + place / runs) * betweenMs;
    const earlyMs = dueAt - performance.now();
    if (earlyMs > 0) await pause(earlyMs);
    if (!(await sender.sendNext())) return;
    acknowledged += 1;
  }
}
