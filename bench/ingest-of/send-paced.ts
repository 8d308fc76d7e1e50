/**
 * Batches that come when they come, whether earlier ones were acknowledged or not: how long each took is counted from when it was due,
 * so that a collector that stands still is seen by all that came meanwhile.
 */
import { setTimeout as wait } from "node:timers/promises";

import type { Sender } from "./sender.ts";

/** Milliseconds from when each was due until it was acknowledged. Each run in turn has the next one. */
export async function sendPaced(
  senders: readonly Sender[],
  { count, perSecond }: { readonly count: number; readonly perSecond: number },
): Promise<readonly number[]> {
  const delaysMs: number[] = [];
  // A run's batches follow on one another: the next one waits for the one before, and that counts.
  const lanes = senders.map((sender) => ({ sender, last: Promise.resolve() }));
  const startedAt = performance.now();
  const send = async (sender: Sender, before: Promise<void>, dueAt: number): Promise<void> => {
    await before;
    await sender.sendNext();
    delaysMs.push(performance.now() - dueAt);
  };
  for (let index = 0; index < count;) {
    const dueAt = startedAt + (index * 1_000) / perSecond;
    const earlyMs = dueAt - performance.now();
    if (earlyMs > 0) {
      await wait(earlyMs);
      continue;
    }
    const lane = lanes[index % lanes.length];
    if (lane !== undefined) lane.last = send(lane.sender, lane.last, dueAt);
    index += 1;
  }
  await Promise.all(lanes.map(({ last }) => last));
  return delaysMs;
}
