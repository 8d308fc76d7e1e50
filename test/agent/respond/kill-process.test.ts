import { once } from "node:events";

import { describe, expect, test } from "vitest";

import { readProcess } from "../../../agent/respond/process-table.ts";
import { createResponder, type Incident } from "../../../agent/respond/responder.ts";
import { buildProgram } from "../../support/build-program.ts";
import { requires } from "../../support/requires.ts";
import { startGuardedJob } from "./support/guarded-job.ts";
import { RESPONDER_DEFAULTS } from "./support/responder-defaults.ts";

const { bpf } = requires;
const rule = "secret-hunter";
const waiting = ["/bin/sh", "-c", "echo ready; exec sleep 60"];

describe.skipIf(!bpf.available)(`ending one process${bpf.note}`, () => {
  test("ends it, and counts it once", async () => {
    await using job = await startGuardedJob(waiting);
    const exited = once(job.child, "exit");
    const request = { response: "kill-process", process: job.ref, rule } as const;
    expect(job.responder.respond(request)).toEqual({ done: "kill-process" });
    expect(await exited).toEqual([null, "SIGKILL"]);
    expect(job.responder.respond(request)).toEqual({ done: "kill-process" });
    expect(job.responder.counts.kills).toBe(1);
  });

  test.for(["kill-process", "kill-job"] as const)(
    "by %s ends one whose first thread has ended while others go on",
    async (response) => {
      await using job = await startGuardedJob([buildProgram("go-on-without-leader")]);
      const exited = once(job.child, "exit");
      expect(job.responder.respond({ response, process: job.ref, rule })).toEqual({
        done: response,
      });
      await job.responder.settle();
      expect(await exited).toEqual([null, "SIGKILL"]);
    },
  );

  test("documents what is critical once, with whom it came from", async () => {
    const taken: Incident[] = [];
    await using job = await startGuardedJob(waiting, {
      takeEvidence: (incident) => Promise.resolve(void taken.push(incident)),
    });
    const request = { response: "kill-process", process: job.ref, rule } as const;
    job.responder.respond({ ...request, severity: "critical" });
    expect(taken).toMatchObject([{ rule, culprit: job.ref, processes: [job.ref] }]);
    job.responder.respond({ ...request, severity: "critical", alreadyKilled: true });
    expect(taken).toHaveLength(1);
  });

  test("spares another one that has got its number", async () => {
    await using job = await startGuardedJob(waiting);
    const process = { ...job.ref, startTicks: job.ref.startTicks - 1 };
    expect(job.responder.respond({ response: "kill-process", process, rule })).toEqual({
      done: "report",
      reason: "the process had ended",
    });
    expect(readProcess(job.ref.pid)).toBeDefined();
  });

  test("spares what policy says is never to be ended", async () => {
    await using job = await startGuardedJob([buildProgram("fork-while-killed"), "1"], {
      neverKill: ["/nowhere/*", "*/fork-while-killed*"],
    });
    const answer = job.responder.respond({ response: "kill-process", process: job.ref, rule });
    expect(answer.done).toBe("report");
    expect(answer.reason).toContain("never to be ended (*/fork-while-killed*)");
  });

  test("does no more than it may in a minute", async () => {
    await using job = await startGuardedJob(waiting, { maxKillsPerMinute: 0 });
    const limit = { done: "report", reason: "kill limit reached" };
    for (const response of ["kill-process", "kill-job"] as const) {
      expect(job.responder.respond({ response, process: job.ref, rule })).toEqual(limit);
    }
    expect(job.responder.counts).toEqual({ kills: 0, overLimit: 2 });
    expect(readProcess(job.ref.pid)).toBeDefined();
  });
});

function refTo(pid: number) {
  return { pid, startTicks: readProcess(pid)?.startTicks ?? 0 };
}

describe.each(["pod", "host"] as const)("in a %s whose runner is of no known kind", (scope) => {
  const responder = createResponder({ ...RESPONDER_DEFAULTS, scope });
  const reason = "no runner is known here, so nobody is known to be the job's";

  test("no job is said to have been ended", () => {
    const request = { response: "kill-job", process: refTo(process.ppid), rule } as const;

    expect(responder.respond(request)).toEqual({ done: "report", reason });
    expect(responder.respond({ ...request, alreadyKilled: true })).toEqual({
      done: "kill-process",
      reason,
    });
    expect(responder.counts).toEqual({ kills: 0, overLimit: 0 });
  });

  test("an operator can be told that there is none to end", () => {
    expect(responder.findObstacle()).toBe(reason);
  });
});

describe("who is never ended", () => {
  const responder = createResponder(RESPONDER_DEFAULTS);

  test.for([
    { who: "the guard", pid: process.pid, reason: "it is the guard itself" },
    {
      who: "the first process",
      pid: 1,
      reason: "it is the first process, with which all others would end",
    },
    { who: "whoever is not the job's", pid: process.ppid, reason: "the process is not the job's" },
  ])("$who", ({ pid, reason }) => {
    const answer = responder.respond({ response: "kill-process", process: refTo(pid), rule });
    expect(answer).toEqual({ done: "report", reason });
  });

  test("whoever the kernel has ended already, and nobody", () => {
    const request = { response: "kill-process", rule } as const;
    expect(
      responder.respond({ ...request, process: refTo(process.ppid), alreadyKilled: true }),
    ).toEqual({ done: "kill-process" });
    expect(responder.respond({ ...request, process: undefined })).toEqual({
      done: "report",
      reason: "nobody is known to have done it",
    });
  });
});
