/** Whose the guard is that is there before this use of the action has started one. */
import { setTimeout as wait } from "node:timers/promises";

import { type FoundGuard, findGuard, isAlive, type RunningGuard } from "./find-guard.ts";
import { findWorker } from "./find-worker.ts";

/** `this-job`: of an earlier use of the action. `machine`: a sidecar, or a service. */
export type Owner = "this-job" | "another-job" | "machine";

/** One that is ending sends what it has left, for 4 s, and writes its report. */
const PATIENCE_MS = 20_000;
const PERIOD_MS = 50;

/** On a machine that takes one job after the other the last one's guard may be about to end: that is waited for. */
export async function findLastingGuard(directory: string): Promise<FoundGuard> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await findGuard(directory);
    if (!isEnding(found) || performance.now() > deadline) return found;
    await wait(PERIOD_MS);
  }
}

/** It answers nobody any more while it writes its report: for as long as a large job takes it holds the place of the next one. */
function isEnding(found: FoundGuard): boolean {
  if (found.status === "silent") return true;
  if (found.status !== "running") return false;
  const { until } = found.state;
  return until !== undefined && !isAlive(until);
}

export function toOwner({ state: { until } }: RunningGuard): Owner {
  if (until === undefined) return "machine";
  return findWorker(process.pid)?.pid === until ? "this-job" : "another-job";
}
