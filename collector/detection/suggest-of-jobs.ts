/** A policy of many jobs, read one by one: whatever they were taught, nobody else waits for long. */
import { setImmediate } from "node:timers/promises";

import type { ListedBaseline } from "../stores/baseline-store.ts";
import type { Baseline } from "./model/baseline.ts";
import { draftPolicy, type SuggestedPolicy } from "./suggest-policy.ts";

/** That are read for one: hundreds of jobs as there are, and five that were taught as much as there is room for. */
const MAX_HABITS = 40_000;

/** `read`: undefined where it is gone meanwhile. */
export async function suggestOfJobs(
  jobs: readonly ListedBaseline[],
  read: (job: ListedBaseline) => Baseline | undefined,
): Promise<SuggestedPolicy> {
  const draft = draftPolicy();
  let habits = 0;
  let unread = 0;
  for (const name of jobs) {
    const baseline = habits < MAX_HABITS ? read(name) : undefined;
    if (habits >= MAX_HABITS) unread += 1;
    if (baseline === undefined) continue;
    habits += baseline.habits.size;
    draft.add({ name, baseline });
    await setImmediate();
  }
  return draft.end(unread);
}
