/** Waits for somebody else's process: a guard of one job ends with the runner's worker. */
import { AgentError } from "../../errors.ts";
import { readFile } from "../../sensor/proc/proc-file.ts";
import { parseProcessStat } from "../../sensor/proc/process-stat.ts";

/** A persistent runner takes its next job some seconds after the last one. */
const PERIOD_MS = 200;
/** A line of proc_pid_stat(5) has some 400. */
const MAX_STAT_BYTES = 4_096;

export interface UntilExit extends Disposable {
  readonly exited: Promise<void>;
}

/** Another process that comes to have the number is not taken for it. Throws `requirement-unmet` where there is none now. */
export function untilExit(pid: number, procRoot = "/proc"): UntilExit {
  const scratch = Buffer.alloc(MAX_STAT_BYTES);
  const readStart = (): number | undefined => {
    const read = readFile(`${procRoot}/${pid}/stat`, scratch);
    const stat = read.status === "read" ? parseProcessStat(read.bytes) : undefined;
    return stat === undefined || stat.hasExited ? undefined : stat.startTicks;
  };
  const start = readStart();
  if (start === undefined) {
    throw new AgentError(
      "requirement-unmet",
      `--until-exit ${pid}: there is no such process; leave it out, and the guard goes on until SIGTERM`,
    );
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setInterval(() => {
    if (readStart() !== start) resolve();
  }, PERIOD_MS);
  return { exited: promise, [Symbol.dispose]: () => clearInterval(timer) };
}
