/** Looks at /proc again and again: what a guard without capabilities can see of a job, which is what lives long enough. */
import { setImmediate as nextTurn } from "node:timers/promises";

import { AgentError } from "../../errors.ts";
import type { Observation, ProcessRef } from "../../observation.ts";
import type { Observer, Scope, Sensor } from "../sensor.ts";
import { createDirectoryWatches } from "./directory-watches.ts";
import type { ProcBounds } from "./proc-bounds.ts";
import { describeImpairments } from "./proc-impairments.ts";
import { createProcSampler } from "./proc-sampler.ts";
import type { SamplingClock } from "./sampling-clock.ts";
import { decideWaitMs, MAX_PERIOD_MS, MIN_PERIOD_MS } from "./sampling-pace.ts";

export interface ProcSensor extends Sensor {
  /** Scope `command` reports nothing until it knows its root; a sample is taken at once. */
  setRoot(root: ProcessRef): void;
}

export interface ProcSensorOptions {
  readonly scope: Scope;
  readonly observe: Observer;
  /** Time from one sample to the next when samples are cheap: MIN_PERIOD_MS to MAX_PERIOD_MS. */
  readonly periodMs: number;
  readonly clock: SamplingClock;
  /** Whether it is one of the guard's own processes; they may change while the sensor lives. */
  readonly isIgnored: (pid: number) => boolean;
  /** Absolute paths of files and directories, not patterns. */
  readonly protectedPaths: readonly string[];
  readonly watchedEnvironment: readonly string[];
  readonly bounds: ProcBounds;
  /** Where the proc file system is mounted. */
  readonly procRoot: string;
}

/** Takes its first sample before it returns. Throws `usage` for a period out of range. */
export function createProcSensor(options: ProcSensorOptions): ProcSensor {
  const { scope, clock, periodMs } = options;
  assertPeriod(periodMs);
  let eventsSeen = 0;
  let eventsDropped = 0;
  let waitMs = periodMs;
  let impairments: readonly string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isDisposed = false;
  let isFirst = true;

  const sampler = createProcSampler({
    root: options.procRoot,
    scope,
    bounds: options.bounds,
    watchedEnvironment: options.watchedEnvironment,
    isIgnored: options.isIgnored,
    observe: count,
  });
  const watches = createDirectoryWatches({
    paths: options.protectedPaths,
    maxDirectories: options.bounds.maxWatchedDirectories,
    onChange: (path, operation) =>
      count({ kind: "anonymous-file", at: clock.now(), path, operation }),
  });
  takeSample();
  schedule();

  return {
    setRoot(root) {
      sampler.setRoot(root);
      takeSample();
    },
    status() {
      const clauses = [...impairments, ...describeWatches(watches.unwatched())];
      return {
        name: "proc",
        status: clauses.length === 0 ? "active" : "degraded",
        reason: [...clauses, describePace(waitMs)].join("; "),
        eventsSeen,
        eventsDropped,
      };
    },
    async flush() {
      takeSample();
      // Two turns of the event loop: the watches' news of what was written before this call is read in the first.
      await nextTurn();
      await nextTurn();
    },
    [Symbol.asyncDispose]() {
      isDisposed = true;
      clearTimeout(timer);
      watches[Symbol.dispose]();
      return Promise.resolve();
    },
  };

  /** Returns the processor time that it took, in milliseconds. */
  function takeSample(): number {
    if (isDisposed) return 0;
    const before = clock.cpuMs();
    const origin = isFirst && scope.type !== "command" ? "snapshot" : "live";
    isFirst = false;
    try {
      impairments = describeImpairments(sampler.sample({ at: clock.now(), origin }));
    } catch (error) {
      // A defect of ours must not end the job that is being watched; it is said aloud instead.
      impairments = [`a sample failed: ${String(error)}`];
    }
    return clock.cpuMs() - before;
  }

  /** Samples taken on request come once each and do not set the pace: the job must not start in a long blind spot. */
  function schedule(): void {
    clearTimeout(timer);
    if (isDisposed) return;
    timer = setTimeout(() => {
      waitMs = decideWaitMs(periodMs, takeSample());
      schedule();
    }, waitMs).unref();
  }

  function count(observation: Observation): void {
    if (observation.kind === "loss") eventsDropped += observation.count;
    else eventsSeen += 1;
    options.observe(observation);
  }
}

function assertPeriod(periodMs: number): void {
  if (periodMs >= MIN_PERIOD_MS && periodMs <= MAX_PERIOD_MS) return;
  throw new AgentError(
    "usage",
    `The proc sensor cannot sample every ${periodMs} ms: give a period from ${MIN_PERIOD_MS} to ${MAX_PERIOD_MS} ms.`,
  );
}

function describePace(waitMs: number): string {
  const period = Math.round(waitMs);
  return (
    `samples every ${period} ms: a process or connection that lives t ms is missed with probability ` +
    `about 1 - t/${period}; file writes are not seen outside watched directories`
  );
}

function describeWatches(unwatched: number): readonly string[] {
  return unwatched === 0 ? [] : [`${unwatched} protected directories could not be watched`];
}
