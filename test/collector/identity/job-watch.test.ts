import { afterEach, expect, test } from "vitest";

import { createJobWatch, type JobWatch } from "../../../collector/identity/kubernetes/job-watch.ts";
import type { FoundIdentity, StoredRun } from "../../../collector/stores/event-store.ts";

const HOUR_MS = 3_600_000;

let time = 0;
let jobs: JobWatch | undefined;
/** Pods that have a job. */
const ready = new Set<string>();
const runs = new Map<string, StoredRun>();
const asked: string[] = [];
const identified: string[] = [];

afterEach(async () => {
  await jobs?.[Symbol.asyncDispose]();
  for (const kept of [ready, runs]) kept.clear();
  [asked.length, identified.length, time] = [0, 0, 0];
});

test("one pod takes one place, whatever number of runs it begins, and is asked about once", async () => {
  const watch = open({ maxPods: 2 });
  for (let index = 0; index < 9; index += 1) watch.watch(begin("evil", `evil-${index}`));
  watch.watch(begin("good", "good-1"));
  ready.add("good");

  await expect.poll(() => identified).toEqual(["good-1"]);
  expect(watch.mayWatch(toIdentity("evil"))).toBe(false);
  expect(watch.mayWatch(toIdentity("good"))).toBe(true);
});

test("all runs of a pod are told at once", async () => {
  const watch = open();
  for (const id of ["one", "two"]) watch.watch(begin("pod", id));
  ready.add("pod");

  await expect.poll(() => identified).toEqual(["one", "two"]);
  expect(asked).toHaveLength(1);
});

test("a run that has been silent for hours is not asked about any more", async () => {
  const watch = open();
  watch.watch(begin("pod", "one"));
  await expect.poll(() => asked.length).toBeGreaterThan(1);
  time = 5 * HOUR_MS;
  await expect.poll(() => watch.mayWatch(toIdentity("pod"))).toBe(true);
  await watch[Symbol.asyncDispose]();

  expect(identified).toEqual([]);
});

function open({ maxPods = 9 } = {}): JobWatch {
  jobs = createJobWatch({
    store: {
      findRunOfAny: (runId) => runs.get(runId),
      identifyRun({ runId }: FoundIdentity) {
        identified.push(runId);
        return Promise.resolve();
      },
    },
    follow:
      ({ identity }) =>
      () => {
        const pod = identity?.facts["podUid"] ?? "";
        asked.push(pod);
        if (!ready.has(pod)) return Promise.resolve({ status: "none-yet" });
        return Promise.resolve({ status: "never", reason: "no-runner" });
      },
    onTrouble: (_, error) => {
      throw error;
    },
    onIdentified: () => Promise.resolve(),
    maxPods,
    maxRunsOfPod: maxPods === 9 ? 2 : 4,
    maxSilentMs: 4 * HOUR_MS,
    firstWaitMs: 5,
    maxWaitMs: 10,
    now: () => time,
  });
  return jobs;
}

function toIdentity(podUid: string) {
  return {
    kind: "kubernetes" as const,
    issuer: "https://cluster",
    state: "waiting" as const,
    facts: { podUid },
    said: null,
    contradicts: [],
  };
}

function begin(podUid: string, id: string): string {
  runs.set(id, {
    id,
    tenant: "default",
    guardRunId: "guard",
    claimHash: id,
    version: "0.1.0",
    scope: "pod",
    requestedMode: "audit",
    effectiveMode: "audit",
    ci: null,
    identity: toIdentity(podUid),
    proofHash: null,
    keyGeneration: 1,
    startedAt: 0,
    state: "live",
    acknowledged: 0,
    lastMac: "",
    lastSeenAt: 0,
    endedAt: null,
    goodbye: null,
    exitCode: null,
    findings: 0,
    dropped: 0,
    deadLetters: 0,
    stoppedSeq: null,
    bytes: 0,
    removal: null,
  });
  return id;
}
