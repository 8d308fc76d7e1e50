/** The proc sensor with the real clock and the real /proc. */
import { createOwnProcesses } from "./proc/own-processes.ts";
import { DEFAULT_PROC_BOUNDS } from "./proc/proc-bounds.ts";
import { createProcSensor, type ProcSensor, type ProcSensorOptions } from "./proc/proc-sensor.ts";
import { createProcessTable } from "./proc/process-table.ts";
import { createSamplingClock } from "./proc/sampling-clock.ts";

const PROC_ROOT = "/proc";

interface StartOptions extends Pick<
  ProcSensorOptions,
  "scope" | "observe" | "protectedPaths" | "watchedEnvironment"
> {
  readonly samplePeriodMs: number;
}

export function startProcSensor(options: StartOptions): ProcSensor {
  const { scope, observe, protectedPaths, watchedEnvironment, samplePeriodMs } = options;
  return createProcSensor({
    scope,
    observe,
    periodMs: samplePeriodMs,
    clock: createSamplingClock(),
    // The command itself is the guard's child.
    isIgnored: scope.type === "command" ? (pid) => pid === process.pid : createOwnProcesses(),
    protectedPaths,
    watchedEnvironment,
    bounds: DEFAULT_PROC_BOUNDS,
    procRoot: PROC_ROOT,
  });
}

export function followWith(proc: ProcSensor, pid: number): void {
  const table = createProcessTable({
    root: PROC_ROOT,
    watchedEnvironment: [],
    ...DEFAULT_PROC_BOUNDS,
  });
  const stat = table.stat(pid);
  // A command that is over already was too fast for samples.
  if (stat) proc.setRoot({ pid, startTicks: stat.startTicks });
}
