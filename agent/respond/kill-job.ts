/** Ends a job that may go on starting processes meanwhile: first it stands still, then somebody looks at it, then it ends. */
import { writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";

import type { ProcessRef } from "../observation.ts";
import { findAll, findKnown, type JobTreeOptions } from "./job-tree.ts";
import type { ProcessLibc } from "./process-libc.ts";
import type { RunningProcess } from "./process-table.ts";
import { signalExactly } from "./signal-exactly.ts";

const { SIGKILL, SIGSTOP } = constants.signals;
/** Where sensors have a lot to tell, those that are not known yet go on for as long, and are killed anyway. */
const FREEZE_MS = 25;
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
  const frozen = await freeze(options);
  await Promise.race([options.takeEvidence(frozen), delay(options.evidenceMs)]);
  return endAll(options);
}

/** Those that stand still. Who had ended before the signal came is among the stopped of a pass, and not of the last one. */
async function freeze(options: KillJobOptions): Promise<readonly RunningProcess[]> {
  const { cgroup, members, libc, catchUp } = options;
  const deadline = performance.now() + FREEZE_MS;
  if (cgroup !== null) writeTo(cgroup, "cgroup.freeze", "1");
  const stopped = new Map<number, number>();
  for (;;) {
    const { told } = members;
    let isNew = false;
    const alive = findKnown(options);
    for (const process of alive) {
      if (stopped.get(process.pid) === process.startTicks) continue;
      stopped.set(process.pid, process.startTicks);
      signalExactly(libc, process, SIGSTOP);
      isNew = true;
    }
    // Not within the telling of what set this off, which catching up would begin anew.
    await nextTurn();
    // Whoever stands still starts nobody: those that are told of now were started before.
    await Promise.race([catchUp(), delay(Math.max(0, deadline - performance.now()))]);
    if ((!isNew && members.told === told) || performance.now() > deadline) return alive;
  }
}

/**
 * Over when nobody is found in the whole table and sensors tell of nobody new: who was started by one that has ended since is found by
 * no table of processes, and may have started another one meanwhile. The table is looked at when those that are known have ended, since
 * that takes long where it is full.
 */
async function endAll(options: KillJobOptions): Promise<readonly ProcessRef[]> {
  const { cgroup, members, libc, catchUp } = options;
  const deadline = performance.now() + END_MS;
  const end = (alive: readonly RunningProcess[]): void => {
    // One write for all of them, in which no fork gets away (cgroup-v2.rst; Linux 5.14). Who left the cgroup is among the rest.
    if (cgroup !== null) writeTo(cgroup, "cgroup.kill", "1");
    for (const process of alive) signalExactly(libc, process, SIGKILL);
  };
  for (;;) {
    const { told } = members;
    let alive = findKnown(options);
    end(alive);
    if (alive.length === 0) {
      await catchUp();
      if (members.told === told) {
        alive = findAll(options);
        end(alive);
        await catchUp();
        if (alive.length === 0 && members.told === told) return alive;
      }
    } else await delay(END_POLL_MS);
    if (performance.now() > deadline) return alive;
  }
}

function writeTo(cgroup: string, file: string, value: string): void {
  try {
    writeFileSync(join(cgroup, file), value);
  } catch {
    // An older kernel, or one that may not be written: signals do it.
  }
}
