import { spawn } from "node:child_process";
import { once } from "node:events";

import { startGuardedJob } from "../../test/agent/respond/support/guarded-job.ts";
import { buildProgram } from "../../test/support/build-program.ts";

export interface JobEnd {
  /** From the response until the last of the job has ended. */
  readonly ms: number;
  /** Until the guard has made sure of it. */
  readonly sureMs: number;
  readonly survivors: number;
}

export interface JobEndTrials {
  readonly trials: number;
  /** Processes of a job. */
  readonly tree: number;
  /** Others that have ended and that nobody waits for. */
  readonly dead: number;
}

/** Jobs whose every process goes on starting others, half of which leave their parents. */
export async function measureJobEnds({ trials, tree, dead }: JobEndTrials): Promise<JobEnd[]> {
  using table = await leaveDead(dead);
  if (!table.isFull) throw new Error(`the table of processes has no room for ${dead} dead`);
  const ends: JobEnd[] = [];
  for (let trial = 0; trial < trials; trial += 1) {
    await using job = await startGuardedJob([buildProgram("fork-while-killed"), String(tree)]);
    const begun = performance.timeOrigin + performance.now();
    job.responder.respond({ response: "kill-job", process: job.ref, rule: "bench" });
    await job.responder.settle();
    const sureMs = performance.timeOrigin + performance.now() - begun;
    ends.push({ ms: job.lastEnd / 1000 - begun, sureMs, survivors: job.countAlive() });
  }
  return ends;
}

async function leaveDead(count: number): Promise<Disposable & { readonly isFull: boolean }> {
  const dead = spawn(buildProgram("leave-dead"), [String(count)]);
  const [said] = await once(dead.stdout, "data");
  return {
    isFull: String(said).includes('"ok":true'),
    [Symbol.dispose]: () => void dead.kill("SIGKILL"),
  };
}
