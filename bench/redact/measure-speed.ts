import { availableParallelism } from "node:os";

import { toMedian } from "../harness/statistics.ts";
import { type PipelineOptions, runPipeline } from "./run-pipeline.ts";

export interface Start {
  readonly wallMs: number;
  /** Of the redactor alone. */
  readonly cpuMs: number;
}

export interface Speed {
  /** From before the start of the program to after its end. */
  readonly wholeMs: number;
  /** Without what it takes to start and end. */
  readonly startedMs: number;
  /** The same of the time that the redactor had a processor. */
  readonly startedCpuMs: number;
  /** The share of all processors that the machine's host took meanwhile. */
  readonly stolen: number;
  readonly peakMemoryBytes: number;
}

/** What the program takes with an empty log: the median of so many runs. */
export async function measureStart(
  options: Omit<PipelineOptions, "input">,
  runs: number,
): Promise<Start> {
  const empty: Start[] = [];
  for (let run = 0; run < runs; run++) {
    empty.push(await runPipeline({ ...options, input: "/dev/null" }));
  }
  return {
    wallMs: toMedian(empty.map(({ wallMs }) => wallMs)),
    cpuMs: toMedian(empty.map(({ cpuMs }) => cpuMs)),
  };
}

/** The median of so many runs. */
export async function measureSpeed(
  options: PipelineOptions,
  { runs, start }: { readonly runs: number; readonly start: Start },
): Promise<Speed> {
  const wall: number[] = [];
  const cpu: number[] = [];
  let stolenMs = 0;
  let peakMemoryBytes = 0;
  for (let run = 0; run < runs; run++) {
    const one = await runPipeline(options);
    wall.push(one.wallMs);
    cpu.push(one.cpuMs);
    stolenMs += one.stolenMs;
    peakMemoryBytes = Math.max(peakMemoryBytes, one.peakMemoryBytes);
  }
  const wholeMs = toMedian(wall);
  const allMs = wall.reduce((sum, ms) => sum + ms, 0) * availableParallelism();
  return {
    wholeMs,
    startedMs: atLeastMeasurable(wholeMs - start.wallMs),
    startedCpuMs: atLeastMeasurable(toMedian(cpu) - start.cpuMs),
    stolen: stolenMs / allMs,
    peakMemoryBytes,
  };
}

/** A log so small that it takes no time cannot be measured; a millisecond keeps its speed finite. */
function atLeastMeasurable(ms: number): number {
  return Math.max(1, ms);
}
