import { expect, test } from "vitest";

import { type Baseline, createBaseline } from "../../../collector/detection/model/baseline.ts";
import { toFeatureKey } from "../../../collector/detection/model/feature.ts";
import { suggestOfJobs } from "../../../collector/detection/suggest-of-jobs.ts";
import type { ListedBaseline } from "../../../collector/stores/baseline-store.ts";

const JOBS = 200;

test("of two hundred jobs that were taught all there is room for some are read, others are counted, and whatever waits has its turn between them", async () => {
  const large = taughtFiles(8_000);
  let read = 0;
  let turns = 0;
  const turning = setInterval(() => (turns += 1), 0);
  const { jobsLeftOut, text } = await suggestOfJobs(listJobs(), () => {
    read += 1;
    // Each is long enough for a timer to be due.
    spin(2);
    return large;
  });
  clearInterval(turning);

  expect({ read, jobsLeftOut }).toEqual({ read: 5, jobsLeftOut: JOBS - 5 });
  expect(turns).toBeGreaterThanOrEqual(3);
  expect(text).toContain(`# ${JOBS - 5} more jobs are left out`);
});

test("two hundred jobs as there are are read all", async () => {
  const { jobsLeftOut, runs } = await suggestOfJobs(listJobs(), () => taughtFiles(100));

  expect({ jobsLeftOut, runs }).toEqual({ jobsLeftOut: 0, runs: 30 * JOBS });
});

function listJobs(): ListedBaseline[] {
  return Array.from({ length: JOBS }, (_, id) => ({
    id,
    tenant: "default",
    key: `key-${id}`,
    repository: "acme/app",
    workflow: "ci",
    job: `job-${id}`,
    state: "stable",
    runs: 30,
    revision: 1,
    changedAt: 0,
    usedAt: 0,
  }));
}

function taughtFiles(count: number): Baseline {
  const habits = Array.from({ length: count }, (_, index) => {
    const feature = { kind: "file", place: `/etc/${index}` } as const;
    return [toFeatureKey(feature), { feature, seen: 30, last: 30 }] as const;
  });
  return { ...createBaseline(), runs: 30, habits: new Map(habits) };
}

function spin(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}
