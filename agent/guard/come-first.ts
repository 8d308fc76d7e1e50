import { readdirSync } from "node:fs";
import { setPriority } from "node:os";

/** Nine times the weight of what runs at 0 (sched(7)): enough not to queue behind a job that keeps all processors busy. */
const NICENESS = -10;

/**
 * The guard's threads get a processor before the job's, so that nobody delays what is done about him by computing. To be called
 * when the command has started: what is started from a thread inherits it. Without the right to (SYS_NICE) all stays as it is.
 */
export function comeFirst(): void {
  for (const thread of readdirSync("/proc/self/task")) {
    try {
      setPriority(Number(thread), NICENESS);
    } catch {
      // Not allowed, or the thread has ended.
    }
  }
}
