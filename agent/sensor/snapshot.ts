/** What runs and is connected before the guard is: one sample of /proc, for a sensor that sees only what happens. */
import { createOwnProcesses } from "./proc/own-processes.ts";
import { DEFAULT_PROC_BOUNDS } from "./proc/proc-bounds.ts";
import { describeImpairments } from "./proc/proc-impairments.ts";
import { createProcSampler } from "./proc/proc-sampler.ts";
import { createSamplingClock } from "./proc/sampling-clock.ts";
import type { Observer, Scope } from "./sensor.ts";

interface SnapshotOptions {
  readonly scope: Scope;
  readonly observe: Observer;
  readonly watchedEnvironment: readonly string[];
  readonly procRoot: string;
}

/** Returns what kept it from being whole. */
export function takeSnapshot(options: SnapshotOptions): readonly string[] {
  const sampler = createProcSampler({
    ...options,
    root: options.procRoot,
    bounds: DEFAULT_PROC_BOUNDS,
    isIgnored: createOwnProcesses(),
  });
  return describeImpairments(
    sampler.sample({ at: createSamplingClock().now(), origin: "snapshot" }),
  );
}
