import { afterEach, expect, test } from "vitest";

import { DamagedRow } from "../../../collector/errors.ts";
import { createJobWatch, type JobWatch } from "../../../collector/identity/kubernetes/job-watch.ts";
import type { FoundIdentity, StoredRun } from "../../../collector/stores/event-store.ts";

const HOUR_MS = 3_600_000;
const SLOW = "https://slow";

let time = 0;
let jobs: JobWatch | undefined;
/** Pods that have a job. */
const ready = new Set<string>();
const runs = new Map<string, StoredRun>();
const asked: string[] = [];
const identified: string[] = [];
const unreadable = new Map<string, Error>();
const troubles: string[] = [];
let slowAnswer = Promise.withResolvers<void>();

afterEach(async () => {
  slowAnswer.resolve();
  await jobs?.[Symbol.asyncDispose]();
  slowAnswer = Promise.withResolvers();
  for (const kept of [ready, runs, unreadable]) kept.clear();
  [asked.length, identified.length, troubles.length, time] = [0, 0, 0, 0];
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

test("a pod is looked at although all places are taken, and one of those where most are from has its place back later", async () => {
  const watch = open({ maxPods: 3 });
  watch.watch(begin("other", "other-1", "elsewhere"));
  for (const pod of ["idle-1", "idle-2"]) watch.watch(begin(pod, pod));
  watch.watch(begin("new", "new"));
  ready.add("new");
  await expect.poll(() => identified).toEqual(["new"]);
  for (const pod of ["other", "idle-1", "idle-2"]) ready.add(pod);

  await expect.poll(() => identified.toSorted()).toEqual(["idle-1", "idle-2", "new", "other-1"]);
});

test("whoever has most of the places loses them to others", async () => {
  const watch = open({ maxPods: 4 });
  watch.watch(begin("honest", "honest", "elsewhere"));
  for (let index = 0; index < 50; index += 1) watch.watch(begin(`evil-${index}`, `evil-${index}`));
  await expect.poll(() => asked).toContain("honest");

  expect(new Set(asked).size).toBeLessThanOrEqual(4);
});

test("a pod that has its place back is asked about as seldom as before", async () => {
  const watch = open({ maxPods: 2, maxWaitMs: HOUR_MS });
  for (const pod of ["old", "other"]) watch.watch(begin(pod, pod));
  await expect.poll(() => countAsked("old")).toBeGreaterThan(6);
  watch.watch(begin("late", "late"));
  const before = countAsked("old");
  ready.add("late");
  await expect.poll(() => identified).toEqual(["late"]);
  watch.watch(begin("new", "new"));
  await expect.poll(() => countAsked("new")).toBeGreaterThan(5);

  expect(countAsked("old") - before).toBeLessThan(3);
});

test("a cluster that does not answer keeps nobody of another one from being asked", async () => {
  const watch = open();
  for (let index = 0; index < 4; index += 1)
    watch.watch(begin(`slow-${index}`, `slow-${index}`, "runners", SLOW));
  await expect.poll(() => asked).toHaveLength(2);
  watch.watch(begin("quick", "quick"));
  ready.add("quick");

  await expect.poll(() => identified).toEqual(["quick"]);
});

test("a run that cannot be read for a moment keeps its place in the line, and ends nothing", async () => {
  const watch = open({ maxPods: 1 });
  for (const id of ["lost-its-place", "has-it"]) watch.watch(begin(id, id));
  unreadable.set("lost-its-place", new Error("the disk is gone"));
  ready.add("has-it");
  await expect.poll(() => troubles).toContain("https://cluster: the disk is gone");
  unreadable.clear();
  ready.add("lost-its-place");

  await expect.poll(() => identified).toEqual(["has-it", "lost-its-place"]);
});

test("a run whose row is damaged is told of, and the others of its pod are known", async () => {
  const watch = open();
  for (const id of ["damaged", "whole"]) watch.watch(begin("pod", id));
  unreadable.set("damaged", new DamagedRow("state: unknown"));
  watch.watch("damaged");
  ready.add("pod");

  await expect.poll(() => identified).toEqual(["whole"]);
  expect(troubles).toContain("run damaged: state: unknown");
});

function countAsked(pod: string): number {
  return asked.filter((one) => one === pod).length;
}

function open({ maxPods = 9, maxWaitMs = 10 } = {}): JobWatch {
  jobs = createJobWatch({
    store: {
      findRunOfAny(runId) {
        const error = unreadable.get(runId);
        if (error !== undefined) throw error;
        return runs.get(runId);
      },
      identifyRun({ runId }: FoundIdentity) {
        identified.push(runId);
        return Promise.resolve();
      },
    },
    follow:
      ({ identity }) =>
      async () => {
        const pod = identity?.facts["podUid"] ?? "";
        asked.push(pod);
        if (identity?.issuer === SLOW) await slowAnswer.promise;
        if (!ready.has(pod)) return { status: "none-yet" };
        return { status: "never", reason: "no-runner" };
      },
    onTrouble: (where, error) => {
      troubles.push(`${where}: ${error instanceof Error ? error.message : ""}`);
    },
    onLeftOut: () => undefined,
    onIdentified: () => Promise.resolve(),
    maxPods,
    maxRunsOfPod: maxPods === 9 ? 2 : 4,
    maxSilentMs: 4 * HOUR_MS,
    maxAsking: 2,
    firstWaitMs: 5,
    maxWaitMs,
    now: () => time,
  });
  return jobs;
}

function toIdentity(podUid: string, namespace = "runners", issuer = "https://cluster") {
  return {
    kind: "kubernetes" as const,
    issuer,
    state: "waiting" as const,
    facts: { podUid, namespace },
    said: null,
    contradicts: [],
  };
}

function begin(podUid: string, id: string, namespace?: string, issuer?: string): string {
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
    identity: toIdentity(podUid, namespace, issuer),
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
    isRevoked: false,
  });
  return id;
}
