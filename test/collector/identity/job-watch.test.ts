import { afterEach, expect, test } from "vitest";

import { createAskingTurns } from "../../../collector/identity/kubernetes/asking-turns.ts";
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

test("a cluster that answers late is asked about so many pods at a time, and about new ones soon", async () => {
  const answers: (() => void)[] = [];
  const turns = createAskingTurns(2);
  const order: string[] = [];
  const ask = (name: string, isFirst: boolean) =>
    turns.take(isFirst, async () => {
      order.push(name);
      await new Promise<void>((resolve) => answers.push(resolve));
    });
  const asks = ["a", "b", "c", "d", "e"].map((name) => ask(name, false));
  asks.push(ask("new", true));
  const before = order.join("");
  while (order.length < 6 || answers.length > 0) {
    answers.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(asks);

  expect([before, order]).toEqual(["ab", ["a", "b", "new", "c", "d", "e"]]);
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
    maxAsking: 2,
    firstWaitMs: 5,
    maxWaitMs: 10,
    now: () => time,
  });
  return jobs;
}

function toIdentity(podUid: string, namespace = "runners") {
  return {
    kind: "kubernetes" as const,
    issuer: "https://cluster",
    state: "waiting" as const,
    facts: { podUid, namespace },
    said: null,
    contradicts: [],
  };
}

function begin(podUid: string, id: string, namespace?: string): string {
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
    identity: toIdentity(podUid, namespace),
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
