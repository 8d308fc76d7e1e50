import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { listProcesses } from "../../../agent/respond/process-table.ts";
import type { Incident } from "../../../agent/respond/responder.ts";
import { buildProgram } from "../../support/build-program.ts";
import { requires } from "../../support/requires.ts";
import { findCgroupRoot } from "../sensor/kernel/support/observe-command.ts";
import { startGuardedJob } from "./support/guarded-job.ts";

const { bpf } = requires;
const TREE = 60;
/** To look at each takes some 10 µs where the processor is fast. */
const DEAD = 8_000;
let directory = "";

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "kill-job-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Under a name of its own, by which its processes are told from those of other tests. */
function copyProgram(name: string): string {
  const path = join(directory, name);
  copyFileSync(buildProgram(name), path);
  return path;
}

describe.skipIf(!bpf.available)(`ending a job${bpf.note}`, () => {
  test("ends a tree that goes on forking, orphans too, and nobody else", async () => {
    const program = copyProgram("fork-while-killed");
    const ended: unknown[] = [];
    let forks = 0;
    await using job = await startGuardedJob([program, String(TREE)], {
      onJobKilled: (rule, survivors) => ended.push({ rule, survivors }),
      onObserved: ({ kind }) => {
        if (kind === "fork") forks++;
      },
    });
    // Until all were replaced once. A look at the table would miss most, where it takes longer than they live.
    await expect.poll(() => forks).toBeGreaterThan(2 * TREE);
    const others = new Set(listProcesses().map(({ pid }) => pid));
    const request = { response: "kill-job", process: job.ref, rule: "reverse-shell" } as const;
    expect(job.responder.respond(request)).toEqual({ done: "kill-job" });
    // Again is the same incident.
    expect(job.responder.respond(request)).toEqual({ done: "kill-job" });
    await job.responder.settle();
    expect(job.countAlive()).toBe(0);
    expect(ended).toEqual([{ rule: "reverse-shell", survivors: [] }]);
    expect(others.has(process.ppid)).toBe(true);
    expect(listProcesses().map(({ pid }) => pid)).toContain(process.ppid);
    expect(job.responder.counts).toEqual({ kills: 1, overLimit: 0 });
  });

  test("is begun once by what is told of, and does not tell it again", async () => {
    const forked: number[] = [];
    let isAsked = false;
    await using job = await startGuardedJob([copyProgram("fork-while-killed"), "10"], {
      onObserved(observation, responder) {
        if (observation.kind !== "fork" || !isAsked) return;
        forked.push(observation.process.pid);
        responder.respond({ response: "kill-job", process: job.ref, rule: "miner" });
      },
    });
    isAsked = true;
    await expect.poll(() => job.countAlive()).toBe(0);
    await job.responder.settle();
    expect(forked).not.toEqual([]);
    expect(new Set(forked).size).toBe(forked.length);
    expect(job.responder.counts.kills).toBe(1);
  });

  test("shows it to who takes evidence while all of it stands still", async () => {
    const program = copyProgram("fork-while-killed");
    const seen: { incident: Incident; states: string[] }[] = [];
    const before = new Map<number, number>();
    await using job = await startGuardedJob([program, String(TREE)], {
      async takeEvidence(incident) {
        for (const one of incident.processes) before.set(one.pid, one.startTicks);
        const alive = listProcesses().filter(({ pid }) => before.has(pid));
        seen.push({ incident, states: alive.map(({ pid }) => String(pid)) });
      },
    });
    job.responder.respond({ response: "kill-job", process: job.ref, rule: "miner" });
    await job.responder.settle();
    expect(seen).toHaveLength(1);
    expect(seen[0]?.incident).toMatchObject({ rule: "miner", culprit: job.ref });
    // Nobody has ended or begun between the last look and this one.
    expect(seen[0]?.states).toHaveLength(seen[0]?.incident.processes.length ?? 0);
  });

  test("ends it before the whole table is looked at, which takes long where it is full of the dead", async () => {
    const dead = spawn(buildProgram("leave-dead"), [String(DEAD)]);
    try {
      await once(dead.stdout, "data");
      await using job = await startGuardedJob([copyProgram("fork-while-killed"), "10"]);
      const before = performance.now();
      listProcesses();
      const lookMs = performance.now() - before;
      const begun = Date.now();
      job.responder.respond({ response: "kill-job", process: job.ref, rule: "miner" });
      await job.responder.settle();
      expect(job.countAlive()).toBe(0);
      expect(job.lastEnd / 1000 - begun).toBeLessThan(lookMs);
    } finally {
      dead.kill("SIGKILL");
    }
  });

  test("does not wait for evidence longer than it was given", async () => {
    const program = copyProgram("fork-while-killed");
    await using job = await startGuardedJob([program, "3"], {
      takeEvidence: () => new Promise(() => undefined),
      evidenceMs: 20,
    });
    job.responder.respond({ response: "kill-job", process: job.ref, rule: "miner" });
    await job.responder.settle();
    expect(job.countAlive()).toBe(0);
  });

  test.for(["quarantine-pod", "kill-pod"] as const)(
    "is what %s comes to, and says so",
    async (response) => {
      await using job = await startGuardedJob([copyProgram("fork-while-killed"), "3"]);
      expect(job.responder.respond({ response, process: job.ref, rule: "miner" })).toEqual({
        done: "kill-job",
        reason: "no collector does that yet, so the job was ended here",
      });
      await job.responder.settle();
      expect(job.countAlive()).toBe(0);
    },
  );

  test.skipIf(findCgroupRoot() === null)(
    "uses the command's cgroup where there is one",
    async () => {
      const cgroup = join(findCgroupRoot() ?? "", `kill-job-${process.pid}`);
      mkdirSync(cgroup);
      try {
        const program = copyProgram("fork-while-killed");
        await using job = await startGuardedJob([program, "3"], { cgroup });
        // It joins when it runs already, so that some are in the cgroup and some are not.
        writeFileSync(join(cgroup, "cgroup.procs"), String(job.ref.pid));
        job.responder.respond({ response: "kill-job", process: job.ref, rule: "miner" });
        await job.responder.settle();
        expect(job.countAlive()).toBe(0);
      } finally {
        rmdirSync(cgroup);
      }
    },
  );
});
