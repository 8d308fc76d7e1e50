import { startGuardedJob } from "../../test/agent/respond/support/guarded-job.ts";
import { buildProgram } from "../../test/support/build-program.ts";

export interface JobEnd {
  /** From the response until none of the job lives. */
  readonly ms: number;
  readonly survivors: number;
}

/** Jobs whose every process goes on starting others, half of which leave their parents. */
export async function measureJobEnds(trials: number, tree: number): Promise<JobEnd[]> {
  const ends: JobEnd[] = [];
  for (let trial = 0; trial < trials; trial += 1) {
    await using job = await startGuardedJob([buildProgram("fork-while-killed"), String(tree)]);
    const begun = performance.now();
    job.responder.respond({ response: "kill-job", process: job.ref, rule: "bench" });
    await job.responder.settle();
    ends.push({ ms: performance.now() - begun, survivors: job.countAlive() });
  }
  return ends;
}
