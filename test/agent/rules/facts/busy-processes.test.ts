import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

import { afterEach, expect, test } from "vitest";

import { createLocalFiles } from "../../../../agent/files/local-files.ts";
import type { Actor } from "../../../../agent/rules/facts/actor.ts";
import { createBusyProcesses } from "../../../../agent/rules/facts/busy-processes.ts";
import { createLiveProcesses } from "../../../../agent/rules/facts/live-processes.ts";

const WINDOW_US = 200_000;
const live = createLiveProcesses({
  root: "/proc",
  findSocket: () => undefined,
  files: createLocalFiles(),
});
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

test("who computes all the time is ripe once, and who waits is not", async () => {
  const spins = start("sh", "-c", "while :; do :; done");
  const waits = start("sleep", "60");
  const busy = createBusyProcesses({ live, windowUs: WINDOW_US, maxProcesses: 4, looksAReview: 4 });
  for (const actor of [spins, waits]) busy.watch({ actor, where: undefined });

  // By the processor's own time, so that other work on the machine changes nothing.
  const begun = live.processorMs(spins.ref) ?? 0;
  busy.noteReview(begun * 1_000);
  expect(busy.ripe).toEqual([]);
  let used = 0;
  while (used * 1_000 < WINDOW_US) {
    await wait(20);
    used = (live.processorMs(spins.ref) ?? 0) - begun;
  }
  busy.noteReview((begun + used) * 1_000);
  expect(busy.ripe).toMatchObject([{ actor: { id: spins.id } }]);

  busy.noteReview((begun + 2 * used) * 1_000);
  expect(busy.ripe).toEqual([]);
});

test("another process with its number is not taken for it", () => {
  const { ref } = start("sleep", "60");

  expect(live.processorMs(ref)).toBe(0);
  expect(live.processorMs({ ...ref, startTicks: ref.startTicks + 1 })).toBeUndefined();
});

test("no more are watched than there may be", async () => {
  const busy = createBusyProcesses({
    live: { processorMs: () => 1_000 },
    windowUs: 0,
    maxProcesses: 2,
    looksAReview: 2,
  });
  for (const name of ["a", "b", "c"]) {
    busy.watch({ actor: { ...start("sleep", "60"), id: name }, where: undefined });
  }
  busy.noteReview(1);

  expect(busy.ripe.map(({ actor }) => actor.id)).toEqual(["a", "b"]);
});

/** Of processes that are told apart by their names: what they have used until a moment. */
function createWatch(used: (name: string, at: number) => number, bounds: Bounds) {
  const names = new Map<number, string>();
  let now = 0;
  const busy = createBusyProcesses({
    live: { processorMs: ({ pid }) => used(names.get(pid) ?? "", now) },
    windowUs: 10_000_000,
    ...bounds,
  });
  return {
    watch: (name: string): void => {
      const actor = { ...start("true"), id: name };
      names.set(actor.ref.pid, name);
      busy.watch({ actor, where: undefined });
    },
    /** Who was found to be busy in so many seconds. */
    pass: (seconds: number): string[] => {
      const found: string[] = [];
      for (let second = 0; second < seconds; second += 1) {
        now += 1;
        busy.noteReview(now * 1_000_000);
        found.push(...busy.ripe.map(({ actor }) => actor.id));
      }
      return found;
    },
  };
}

interface Bounds {
  readonly maxProcesses: number;
  readonly looksAReview: number;
}

const oneComputes = (name: string, at: number): number => (name === "computes" ? at * 900 : 0);

test("those that do nothing make room for one that computes", () => {
  const { watch, pass } = createWatch(oneComputes, { maxProcesses: 3, looksAReview: 3 });
  for (const name of ["a", "b", "c"]) watch(name);
  pass(11);
  watch("computes");

  expect(pass(12)).toEqual(["computes"]);
});

test("who computes does not make room for those that do nothing", () => {
  const { watch, pass } = createWatch(oneComputes, { maxProcesses: 3, looksAReview: 3 });
  for (const name of ["a", "computes", "b"]) watch(name);
  pass(5);
  for (const name of ["c", "d", "e"]) watch(name);

  expect(pass(7)).toEqual(["computes"]);
});

test("more than are looked at in a second take turns", () => {
  const { watch, pass } = createWatch(oneComputes, { maxProcesses: 10, looksAReview: 2 });
  for (const name of ["a", "b", "c", "d", "computes", "e"]) watch(name);

  expect(pass(20)).toEqual(["computes"]);
});

function start(program: string, ...args: string[]): Actor {
  const child = spawn(program, args, { stdio: "ignore" });
  children.push(child);
  const pid = child.pid ?? 0;
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const startTicks = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
  return {
    ref: { pid, startTicks },
    id: String(pid),
    parent: undefined,
    depth: 0,
    step: undefined,
    startedAt: 0,
    endedAt: undefined,
    program: undefined,
    hasExecuted: true,
  };
}
