/** Ends a job that may go on starting processes meanwhile: first it stands still, then somebody looks at it, then it ends. */
import { writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import type { ProcessRef } from "../observation.ts";
import { findJob, type JobTreeOptions } from "./job-tree.ts";
import type { ProcessLibc } from "./process-libc.ts";
import type { RunningProcess } from "./process-table.ts";
import { signalExactly } from "./signal-exactly.ts";

const { SIGKILL, SIGSTOP } = constants.signals;
/** Who stands still cannot start anybody, so that few passes are needed; a fork bomb that wins against them is killed anyway. */
const MAX_STOP_PASSES = 20;
/** Passes in a row that find nobody new. */
const QUIET_PASSES = 2;
/** Until the kernel has taken all that were killed off the table. */
const END_MS = 2_000;
const END_POLL_MS = 2;

export interface KillJobOptions extends JobTreeOptions {
  readonly libc: ProcessLibc;
  /** Called while all stand still; waited for as long as `evidenceMs`. */
  readonly takeEvidence: (processes: readonly RunningProcess[]) => Promise<void>;
  readonly evidenceMs: number;
  /** Takes in what sensors have seen until now: whoever was started last and left by its parent is known by that alone. */
  readonly catchUp: () => Promise<void>;
}

/** Who was alive in spite of it in the end: nobody, but for processes that the kernel itself holds. */
export async function killJob(options: KillJobOptions): Promise<readonly ProcessRef[]> {
  const frozen = freeze(options);
  await Promise.race([options.takeEvidence(frozen), delay(options.evidenceMs)]);
  return endAll(options);
}

/** Those that stand still. Who had ended before the signal came is among the stopped of a pass, and not of the last one. */
function freeze(options: KillJobOptions): readonly RunningProcess[] {
  if (options.cgroup !== null) writeTo(options.cgroup, "cgroup.freeze", "1");
  const stopped = new Map<number, number>();
  let alive: readonly RunningProcess[] = [];
  for (let pass = 0, quiet = 0; pass < MAX_STOP_PASSES && quiet < QUIET_PASSES; pass += 1) {
    quiet += 1;
    alive = findJob(options);
    for (const process of alive) {
      if (stopped.get(process.pid) === process.startTicks) continue;
      stopped.set(process.pid, process.startTicks);
      signalExactly(options.libc, process, SIGSTOP);
      quiet = 0;
    }
  }
  return alive;
}

/**
 * Over when nobody is found and sensors tell of nobody new: who was started by one that has ended since is found by no table of
 * processes, and may have started another one meanwhile.
 */
async function endAll(options: KillJobOptions): Promise<readonly ProcessRef[]> {
  const { cgroup, members, libc, catchUp } = options;
  const deadline = performance.now() + END_MS;
  let toldBefore: number | undefined;
  for (;;) {
    // One write for all of them, in which no fork gets away (cgroup-v2.rst; Linux 5.14). Who left the cgroup is among the rest.
    if (cgroup !== null) writeTo(cgroup, "cgroup.kill", "1");
    const alive = findJob(options);
    for (const process of alive) signalExactly(libc, process, SIGKILL);
    const isOver = alive.length === 0 && members.told === toldBefore;
    if (isOver || performance.now() > deadline) return alive;
    toldBefore = alive.length === 0 ? members.told : undefined;
    await (alive.length === 0 ? catchUp() : delay(END_POLL_MS));
  }
}

function writeTo(cgroup: string, file: string, value: string): void {
  try {
    writeFileSync(join(cgroup, file), value);
  } catch {
    // An older kernel, or one that may not be written: signals do it.
  }
}
